"""A project file, omnimix.toml, becomes a Funnel and the way to its weekly table."""

from omnimix.config.read import read_config
from omnimix.config.record import Config, DeclarationError
from omnimix.config.schema import schema, schema_text
from omnimix.config.starter import starter_text

__all__ = ["Config", "DeclarationError", "read_config", "schema", "schema_text", "starter_text"]
