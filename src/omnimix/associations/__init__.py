"""What least squares say of a table before any model is fitted: signs, bends, and media that follow the level."""

from omnimix.associations.bend import bent_responses
from omnimix.associations.level import media_follow_level
from omnimix.associations.sign import wrong_signs
from omnimix.associations.verb import check_associations

__all__ = ["bent_responses", "check_associations", "media_follow_level", "wrong_signs"]
