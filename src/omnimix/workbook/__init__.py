"""Plans and campaigns as spreadsheets that people edit, and back; nothing here asks a posterior."""

from omnimix.workbook.campaign_reading import read_campaign_sheet
from omnimix.workbook.campaign_sheet import CampaignSheet
from omnimix.workbook.plan_reading import read_plan
from omnimix.workbook.plan_writing import write_plan

__all__ = ["CampaignSheet", "read_campaign_sheet", "read_plan", "write_plan"]
