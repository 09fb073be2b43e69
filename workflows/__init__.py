"""The rulebook: what may happen next, who may do it, what must first be true and what must follow."""

from workflows.soundness import validate as validate
