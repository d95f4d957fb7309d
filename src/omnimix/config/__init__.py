"""A project file, omnimix.toml, becomes a Funnel and the way to its weekly table."""

from omnimix.config.read import read_config
from omnimix.config.record import Config
from omnimix.config.schema import schema, schema_text
from omnimix.config.starter import starter_text

__all__ = ["Config", "read_config", "schema", "schema_text", "starter_text"]
