"""Stages of a training run: the base recipe, then fine-tunings that override parts of it."""
import copy


def merged(base: dict, changes: dict) -> dict:
    """A copy of base with the changes put in, section by section."""
    out = copy.deepcopy(base)
    for key, value in changes.items():
        out[key] = merged(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else copy.deepcopy(value)
    return out


def stages(recipe: dict) -> list:
    """One recipe per stage: the base, and one for each entry of its `fine_tuning`, which lists what differs from the base."""
    base = {k: v for k, v in recipe.items() if k != "fine_tuning"}
    return [base] + [merged(base, changes) for changes in recipe.get("fine_tuning", [])]
