import dataclasses
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

import omnimix as om
from omnimix.config import DeclarationError, read_config, schema, schema_text, starter_text
from omnimix.config.keys import FILE, Section
from omnimix.config.schema import PUBLISHED
from omnimix.errors import SpecError
from omnimix.spec import Budget, Limit, Limits, Prior, TeamGoal
from omnimix.truth import QUARTER, SPRING, config_text, example

WHOLE = """
currency = "GBP"
media_share = { family = "Gamma", alpha = 3, beta = 10 }
[data]
file = "weekly.csv"
week = "Woche"
controls = ["price_index", "promo"]
holidays = "NL"
day_first = true
decimal = ","
separator = ";"
encoding = "cp1252"
sheet = 0
blank_is_zero = ["tv"]
[channels.tv]
team = "brand"
pool = "video"
exposure = "tv_grp"
adstock = "delayed"
saturation = "logistic"
max_lag = 8
roas_prior = [0.5, 3.0]
[channels.tv.priors]
retention = { family = "Beta", alpha = 4, beta = 2 }
[channels.search]
spend = "google"
responds_to = "visits"
contribution_prior = { family = "HalfNormal", sigma = 0.05 }
[stages.visits]
drivers = ["tv", "search"]
[outcomes.online_sales]
value = 0.30
parents = ["visits"]
likelihood = "student_t"
[outcomes.store_sales]
value = 1
drivers = ["tv"]
[baseline]
harmonics = 2
noise = { family = "HalfNormal", sigma = 0.8 }
[fit]
draws = 50
seed = 7
[chains.spring]
links = ["tv", "search"]
start = 2025-03-03
end = 2025-05-26
hurdle = 1.0
[budget]
total = 2000000
weeks = 13
phasing = "free"
levers = ["search"]
widen = 0.25
[budget.channels.tv]
min = 100000
max = 900000
weekly_min = 5000
flights = [[2025-09-01, 2025-10-12], ["2025-11-03", "2025-11-30"]]
[budget.channels.search]
lock = true
weekly_max = 40000
[budget.pools.video]
change = [-0.2, 0.3]
[budget.teams.brand]
max = 800000
goal = ["store_sales"]
[report]
language = "nl"
"""
FUNNEL = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.search]
responds_to = "searches"
[channels.retargeting]
fuelled_by = "visits"
fuel_weeks = 6
[stages.searches]
drivers = ["tv"]
confounding = "strong"
[stages.visits]
parents = ["searches"]
drivers = ["tv", "search"]
adstock = "none"
likelihood = "log_normal"
[outcomes.online_sales]
value = 0.3
parents = ["visits"]
[outcomes.store_sales]
value = 0.25
drivers = ["tv"]
parents = ["visits", "online_sales"]
signed = ["online_sales"]
adstock = "delayed"
max_lag = 4
"""
SMALL = '[data]\nfile = "weekly.csv"\n[channels.tv]\n[outcomes.sales]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "omnimix.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(SpecError) as caught:
        read_config(written(folder, text))
    return str(caught.value)


def test_a_whole_project_file_becomes_a_funnel_and_reading_settings(tmp_path):
    config = read_config(written(tmp_path, WHOLE))
    tv, search = config.funnel.channels
    assert (tv.team, tv.pool, tv.exposure, tv.adstock, tv.saturation, tv.max_lag) == (
        "brand",
        "video",
        "tv_grp",
        "delayed",
        "logistic",
        8,
    )
    assert tv.roas_prior == (0.5, 3.0)
    assert tv.priors == {"retention": Prior("Beta", 4, 2)}
    assert (search.spend_column, search.responds_to) == ("google", "visits")
    assert search.contribution_prior == Prior("HalfNormal", 0.05)
    assert [s.name for s in config.funnel.stages] == ["visits"]
    assert [(o.name, o.value, o.likelihood) for o in config.funnel.outcomes] == [
        ("online_sales", 0.30, "student_t"),
        ("store_sales", 1, "normal"),
    ]
    assert config.funnel.outcomes[1].drivers == ("tv",)
    assert (config.funnel.controls, config.funnel.holidays) == (("price_index", "promo"), "NL")
    assert config.funnel.baseline == om.Baseline(harmonics=2, noise=Prior("HalfNormal", 0.8))
    assert config.funnel.media_share == Prior("Gamma", 3, 10)
    assert config.fit == {"draws": 50, "seed": 7}
    assert config.reading == {
        "week": "Woche",
        "day_first": True,
        "decimal": ",",
        "separator": ";",
        "encoding": "cp1252",
        "sheet": 0,
        "blank_is_zero": ["tv"],
        "currency": "GBP",
    }
    spring = next(chain for chain in config.chains if chain.name == "spring")
    assert spring.start == dt.date(2025, 3, 3)
    assert config.later == {"report": {"language": "nl"}}


def test_a_declared_budget_is_the_record_that_the_verbs_take(tmp_path):
    days = [("2025-09-01", "2025-10-12"), ("2025-11-03", "2025-11-30")]
    assert read_config(written(tmp_path, WHOLE)).budget == Budget(
        total=2_000_000,
        weeks=13,
        phasing="free",
        limits=Limits(
            channels={
                "tv": Limit(min=100_000, max=900_000, weekly_min=5_000, flights=days),
                "search": Limit(lock=True, weekly_max=40_000),
            },
            pools={"video": Limit(change=(-0.2, 0.3))},
            teams={"brand": Limit(max=800_000)},
            levers=["search"],
            widen=0.25,
        ),
        goals={"brand": TeamGoal("store_sales")},
    )


def test_a_file_without_a_budget_declares_none_and_an_empty_one_is_the_usual_one(tmp_path):
    assert read_config(written(tmp_path, SMALL)).budget is None
    assert read_config(written(tmp_path, SMALL + "[budget]\n")).budget == Budget()


def test_a_team_may_have_a_goal_without_a_limit_and_money_may_be_locked_at_zero(tmp_path):
    text = SMALL.replace("[channels.tv]", '[channels.tv]\nteam = "brand"')
    text += '[budget.channels.tv]\nlock = 0\n[budget.teams.brand]\ngoal = ["sales"]\ndirect = true\n'
    budget = read_config(written(tmp_path, text)).budget
    assert budget == Budget(
        limits=Limits(channels={"tv": Limit(lock=0)}), goals={"brand": TeamGoal(("sales",), direct=True)}
    )
    assert budget.limits.channels["tv"].locked


def test_everything_that_a_budget_names_and_is_nowhere_is_told_at_once(tmp_path):
    wrong = (
        WHOLE.replace("budget.channels.tv", "budget.channels.tvv")
        .replace("budget.pools.video", "budget.pools.vidio")
        .replace("budget.teams.brand", "budget.teams.branding")
        .replace('goal = ["store_sales"]', 'goal = ["visits", "shop_sales", "leads"]')
        .replace('levers = ["search"]', 'levers = ["serch", "tv"]')
        .replace("weekly_max = 40000", "min = 3")
    )
    with pytest.raises(DeclarationError) as caught:
        read_config(written(tmp_path, wrong))
    for part in (
        "8 problems",
        "[budget.channels.tvv] 'tvv' is no channel; did you mean 'tv'?",
        "[budget.pools.vidio] 'vidio' is no pool; did you mean 'video'?",
        "[budget.teams.branding] 'branding' is no team; did you mean 'brand'?",
        "[budget.teams.branding] goal 'shop_sales' is no stage or outcome; did you mean 'store_sales'?",
        "[budget.teams.branding] goal 'leads' is no stage or outcome; there is visits, online_sales, store_sales.",
        "[budget] lever 'serch' is no channel; did you mean 'search'?",
        "[budget] lever 'tv' answers to no stage, so the plan sets it anyway",
        "[budget.channels.search] `lock` fixes the money; leave out `min`, `max` and `change`",
    ):
        assert part in str(caught.value)


def test_every_key_of_a_funnel_reaches_the_funnel(tmp_path):
    assert read_config(written(tmp_path, FUNNEL)).funnel == om.Funnel(
        channels=[
            "tv",
            om.Channel("search", responds_to="searches"),
            om.Channel("retargeting", fuelled_by="visits", fuel_weeks=6),
        ],
        stages=[
            om.Stage("searches", drivers=["tv"], confounding="strong"),
            om.Stage("visits", parents=["searches"], drivers=["tv", "search"], adstock="none", likelihood="log_normal"),
        ],
        outcomes=[
            om.Outcome("online_sales", value=0.3, parents=["visits"]),
            om.Outcome(
                "store_sales",
                value=0.25,
                drivers=["tv"],
                parents=["visits", "online_sales"],
                signed=["online_sales"],
                adstock="delayed",
                max_lag=4,
            ),
        ],
    )


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('drivers = ["tv"]\nconf', 'drivers = ["tv"]\nparents = ["visits"]\nconf', "it runs in a circle: "),
        ('["tv"]\nconf', '["tv", "retargeting"]\nconf', "(retargeting is fuelled by visits)"),
        ("", "[stages.leads]\n", "nobody reads stage leads"),
        ('parents = ["visits"]', 'parents = ["visit"]', "parent 'visit', which is no stage or outcome; did you mean"),
        ('"visits"\nfuel', '"visit"\nfuel', "retargeting is fuelled by 'visit', which is no stage; did you mean"),
        ('responds_to = "searches"', 'responds_to = "search"', "search responds to 'search', which is no stage"),
        ('signed = ["online_sales"]', 'signed = ["searches"]', "signed names 'searches', which is no parent"),
        ('adstock = "delayed"', 'adstock = "dealyed"', "did you mean 'delayed'?"),
    ],
)
def test_a_funnel_that_cannot_be_is_refused_in_words(tmp_path, old, new, part):
    assert old in FUNNEL
    text = FUNNEL.replace(old, new) if old else FUNNEL + new
    assert part in complaint(tmp_path, text)


def test_a_funnel_that_cannot_be_is_told_apart_from_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(DeclarationError, match="nobody reads stage leads"):
        read_config(written(tmp_path, FUNNEL + "[stages.leads]\n"))
    with pytest.raises(SpecError) as caught:
        read_config(written(tmp_path, FUNNEL + "[stages.leads]\ndriver = []\n"))
    assert not isinstance(caught.value, DeclarationError)


def test_the_table_is_sought_beside_the_project_file_and_not_in_the_working_folder(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    assert read_config(written(folder, SMALL)).files == (folder / "weekly.csv",)


def test_several_tables_may_be_named(tmp_path):
    text = SMALL.replace('"weekly.csv"', '["media.csv", "sales.csv"]')
    assert [f.name for f in read_config(written(tmp_path, text)).files] == ["media.csv", "sales.csv"]


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "omnimix.toml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert read_config(path).funnel.channel_names == ("tv",)


def test_every_unknown_key_and_wrong_type_is_told_at_once_with_the_nearest_name(tmp_path):
    text = """
    curency = "EUR"
    [data]
    file = 3
    day_first = "yes"
    [channels.tv]
    adstok = "gamma"
    saturation = "hil"
    max_lag = true
    roas_prior = [0.5]
    [channel.radio]
    [outcomes.sales]
    value = "a lot"
    [fit]
    draws = 1.5
    seed = -1
    """
    told = complaint(tmp_path, text)
    for part in (
        "11 problems",
        "`curency` is no key of omnimix.toml; did you mean 'currency'?",
        "[data] `file` must be text, or a list of texts, not 3",
        '[data] `day_first` must be true or false, not "yes"',
        "[channels.tv] `adstok` is no key of omnimix.toml; did you mean 'adstock'?",
        "did you mean 'hill'?",
        "`max_lag` must be a whole number from 0 to 104, not true",
        "`roas_prior` must be two numbers [low, high]",
        "`channel` is no table of omnimix.toml; did you mean 'channels'?",
        '[outcomes.sales] `value` must be a number above 0, not "a lot"',
        "[fit] `draws` must be a whole number from 1 to 100000, not 1.5",
        "[fit] `seed`",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", 'needs a table [data] with the weekly table, such as file = "weekly.csv"'),
        ("[data]\n[channels.tv]\n[outcomes.sales]\n", "[data] needs `file`"),
        ('[data]\nfile = "a.csv"\n', "at least one table such as [channels.tv]"),
        ("channels = 3\n" + SMALL.replace("[channels.tv]\n", ""), "`channels` must be a table [channels], not 3"),
        (SMALL + 'drivers = ["tvv"]\n', "did you mean 'tv'?"),
        (SMALL + "[channels.radio]\nroas_prior = [3.0, 0.5]\n", "0 < low < high"),
        (SMALL + '[channels.radio.priors]\nretension = { family = "Beta", alpha = 1, beta = 1 }\n', "'retention'"),
        (SMALL + '[channels.radio.priors]\nretention = { family = "Beta", alpha = 1 }\n', "must be a prior such as"),
        (SMALL + '[baseline]\nnoise = { family = "Normal", mu = 0, sigma = 1 }\n', "positive prior"),
        (SMALL + '[chains.spring]\nlinks = ["tvs"]\n', "link 'tvs' is no channel; did you mean 'tv'?"),
        (SMALL + '[chains.a]\nlinks = ["tv"]\nstart = 2025-03-03\nend = "2025-01-06"\n', "before it starts 2025-03-03"),
        (SMALL + "[chains.a]\nlinks = []\n", "[chains.a] it has no links"),
        (SMALL + '[chains.a]\nlinks = ["tv", "tv"]\n', "[chains.a] two links are called 'tv'"),
        (SMALL + '[chains.a]\nlinks = [{ channels = ["tv"] }]\n', "`links` must be a list of channels, or of links"),
        (SMALL + '[chains.a]\nlinks = [{ name = "tv", chanels = ["tv"] }]\n', "did you mean 'channels'?"),
        (SMALL + '[chains.a]\nlinks = [{ name = "tv", share = 2 }]\n', "a share is a number from 0 to 1, not 2"),
        (SMALL + '[chains.a]\nlinks = [{ name = "tv", factor = 2 }]\n', "'factor' is no key of a link"),
        (SMALL + "[budget.channels.tvv]\nmax = 3\n", "'tvv' is no channel; did you mean 'tv'?"),
        (SMALL + "[budget.channels.tv]\nmin = 9\nmax = 3\n", "[budget.channels.tv] `min` 9 is above `max` 3"),
        (SMALL + "[budget.channels.tv]\nchange = [0.5, 0.2]\n", "[budget.channels.tv] `change` is least and most"),
        (SMALL + "[budget.channels.tv]\nchange = 0.2\n", "`change` must be two numbers [low, high], not 0.2"),
        (SMALL + '[budget.channels.tv]\nflights = ["2025-01-01"]\n', "must be a list of first and last days such as"),
        (
            SMALL + "[budget.channels.tv]\nflights = [[2025-02-03, 2025-01-06]]\n",
            "ends before it begins, on 2025-01-06",
        ),
        (SMALL + "[budget.channels.tv]\nflights = []\n", "`flights` is empty; lock the channel at 0"),
        (SMALL + '[budget.channels.tv]\nlock = "yes"\n', "`lock` must be true or false, or a number from 0"),
        (SMALL + "[budget.pools.video]\nmax = 3\n", "[budget.pools.video] 'video' is no pool; none is declared"),
        (SMALL + "[budget.pools.video]\nweekly_min = 3\n", "`weekly_min` is no key"),
        (SMALL + "[budget.teams.a]\ndirect = true\n", "[budget.teams.a] `direct` says how a goal is counted; name it"),
        (SMALL + "[budget.teams.a]\ngoal = []\n", "[budget.teams.a] `goal` is empty; name a stage or outcome"),
        (SMALL + "[budget]\nweeks = 105\n", "[budget] `weeks` must be a whole number from 1 to 104, not 105"),
        (
            SMALL + '[budget]\nphasing = "fre"\n',
            "`phasing` must be one of pattern, free, not \"fre\"; did you mean 'free'?",
        ),
        (SMALL + "[outcomes.tv]\n", "'tv' is used twice"),
        (SMALL + "[fit\n", "is not TOML"),
        ("media_share = [0.5, 0.1]\n" + SMALL, "0 < low < high"),
        (SMALL + "[baseline]\ncontrol_sd = nan\n", "a number above 0"),
    ],
)
def test_what_is_wrong_is_said_in_words(tmp_path, text, part):
    assert part in complaint(tmp_path, text)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("[outcomes.orders]\nvalue = 0,25", "Line 6 reads: value = 0,25. Write numbers with a decimal point"),
        ("[budget]\ntotal = 1.000.000", "Line 6 reads: total = 1.000.000. Write numbers"),
        ("[budget]\ntotal = € 300000", "Write numbers bare"),
        ("[outcomes.orders]\nvalue = 25%", "Write numbers bare"),
        ("[channels.radio]\nteam = brand", "Text goes in quotes"),
        ("[channels.radio spot]", "goes in quotes: [channels."),
        ("[channels.radió]", "goes in quotes: [channels."),
        ('[chains.spring]\nlinks = ["tv"]\nstart = 04-03-2024', "Write dates with the year first"),
        ("[budget.teams.brand]\ndirect = True", "small letters"),
    ],
)
def test_a_line_that_is_no_toml_is_shown_with_how_to_write_it(tmp_path, line, hint):
    assert hint in complaint(tmp_path, f"{SMALL}{line}\n")


def test_a_backslash_in_a_path_is_explained(tmp_path):
    assert "write paths with /" in complaint(tmp_path, SMALL.replace("weekly.csv", r"C:\data\weekly.csv"))


def test_a_file_that_is_not_there_is_a_folder_or_is_not_utf8_is_refused_in_words(tmp_path):
    with pytest.raises(SpecError, match="there is no file"):
        read_config(tmp_path / "none.toml")
    with pytest.raises(SpecError, match="is a folder"):
        read_config(tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes('currency = "€é"'.encode("cp1252"))
    with pytest.raises(SpecError, match="UTF-8"):
        read_config(path)


def test_the_published_schema_is_the_one_of_the_table_of_keys():
    again = "from omnimix.config.schema import PUBLISHED, schema_text; PUBLISHED.write_text(schema_text())"
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), f'write it anew: python -c "{again}"'


def test_the_schema_and_the_reader_agree(tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    assert not list(validator.iter_errors(with_texts_for_dates(tomllib.loads(WHOLE))))
    off = SMALL + "[budget.channels.tv]\nflights = [[1, 2]]\n"
    for wrong in (
        off,
        'curency = "EUR"\n' + SMALL,
        SMALL + "[fit]\ndraws = 0\n",
        SMALL + "[channels.b]\nmax_lag = 999\n",
    ):
        complaint(tmp_path, wrong)
        assert list(validator.iter_errors(tomllib.loads(wrong)))


def with_texts_for_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: with_texts_for_dates(v) for k, v in value.items()}
    if isinstance(value, list):
        return [with_texts_for_dates(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def examples(section: Section, name: str) -> list[tuple[str, str]]:
    found = [(name, f"{key} = {about.example}") for key, about in section.keys.items()]
    for below, inner in section.sections.items():
        inner_name = f"{name}.{below}" if name else below
        found += examples(inner.named or inner, f"{inner_name}.tv" if inner.named else inner_name)
    return found


@pytest.mark.parametrize(("table", "line"), examples(FILE, ""))
def test_the_example_of_every_key_is_a_value_it_accepts(table, line):
    from omnimix.config.walk import problems

    text = line if not table else f"[{table}]\n{line}\n"
    told = [p for p in problems(FILE, tomllib.loads(text)) if " needs " not in p]
    assert not told


def test_the_starter_is_the_example_project_with_every_key_as_a_comment(tmp_path):
    world = example()
    text = starter_text(config_text(world.funnel, chains=[SPRING], budget=QUARTER))
    config = read_config(written(tmp_path, text))
    assert (config.funnel, config.chains, config.budget) == (world.funnel, (SPRING,), QUARTER)
    for key in ("blank_is_zero", "roas_prior", "knot_weeks", "draws", "weekly_min", "goal"):
        assert f"# {key} = " in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("record", "table", "elsewhere"),
    [  # a stock stands in [stages] as half_life
        (om.Channel, FILE.sections["channels"].named, {"name"}),
        (om.Outcome, FILE.sections["outcomes"].named, {"name"}),
        (om.Stage, FILE.sections["stages"].named, {"name", "value", "value_error", "stock"}),
        (om.Baseline, FILE.sections["baseline"], set()),
        (om.Funnel, FILE, {"controls", "holidays", "stock"}),
        (Budget, FILE.sections["budget"], {"limits", "goals"}),
        (Limits, FILE.sections["budget"], set()),
        (Limit, FILE.sections["budget"].sections["channels"].named, set()),
        (Limit, FILE.sections["budget"].sections["pools"].named, {"weekly_min", "flights"}),
        (Limit, FILE.sections["budget"].sections["geos"].named, {"weekly_min", "flights"}),
        (Limit, FILE.sections["budget"].sections["teams"].named, {"weekly_min", "flights"}),
    ],
)
def test_everything_that_python_can_declare_can_be_written_in_toml(record, table, elsewhere):
    known = {*table.keys, *table.sections}
    assert {f.name for f in dataclasses.fields(record)} - elsewhere <= known


def test_a_half_life_that_is_none_is_told_with_its_place(tmp_path):
    more = "[stages.brand]\nhalf_life = [78, 26]\n"
    with pytest.raises(om.OmnimixError, match=r"stages\.brand: half_life is a range of weeks"):
        read_config(written(tmp_path, SMALL + more))


def test_limits_by_geo_are_read(tmp_path):
    more = "[channels.radio]\n[budget.geos.Noord]\nmax = 9000\n[budget.channels_in_geos.radio.Noord]\nmin = 10\n"
    limits = read_config(written(tmp_path, SMALL + more)).budget.limits
    assert limits.geos == {"Noord": Limit(max=9000)}
    assert limits.channels_in_geos == {"radio": {"Noord": Limit(min=10)}}
    with pytest.raises(DeclarationError, match="'radoi' is no channel; did you mean 'radio'"):
        read_config(written(tmp_path, SMALL + more.replace("geos.radio", "geos.radoi")))


def test_links_of_a_chain_may_be_tables(tmp_path):
    text = (
        SMALL
        + """
[channels.radio]
[chains.spring]
links = ["tv", { name = "sound", channels = ["radio"], share = 0.5, start = 2025-03-10, order = 2, job = "reach" }]
"""
    )
    path = tmp_path / "omnimix.toml"
    path.write_text(text.replace('"tv",', '{ name = "tv", order = 1 },'), encoding="utf-8")
    (spring,) = read_config(path).chains
    sound = spring.link("sound")
    assert (sound.channels, sound.share, sound.order, sound.job) == (("radio",), 0.5, 2, "reach")
    assert sound.start == dt.date(2025, 3, 10)
