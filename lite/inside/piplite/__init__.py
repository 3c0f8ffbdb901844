"""Stands where JupyterLite expects its installer: this edition is whole and fetches nothing."""


async def install(requirements: object, **_: object) -> None:
    """Say that nothing can be installed here."""
    raise RuntimeError(
        f"{requirements} cannot be installed: the browser edition holds all that the course "
        "needs, and fetches nothing from elsewhere. The desktop edition can install it."
    )
