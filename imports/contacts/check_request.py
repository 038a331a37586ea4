"""What a check is asked for."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from imports.contacts.mapping import Mapping
from imports.contacts.targets import TargetCatalogue


@dataclass(frozen=True)
class CheckRequest:
    """A mapping to be applied to the file in `staged`, and where its tables `prepared` and `issues` are to be written.

    `columns[i]` is the header of the staged column `c{i}`. `default_region` is the country of phone numbers for which
    the mapping knows none. `excluded_rows` are those a person left out. `arrived`: a table of those that an earlier
    import has brought, and `lacking`: what some of these arrived without, both as `arrived.ArrivedRows` reads them.

    With an `overlay`, its repairs are made first: what is checked is then the table `repaired`, which is written, and
    the rows that it leaves out are left out as well. What a column's cells have in common is told from the table
    `whole`, which is `staged` unless that has some rows of it only; no repair changes it.
    """

    staged: Path
    columns: Sequence[str]
    mapping: Mapping
    catalogue: TargetCatalogue
    prepared: Path
    issues: Path
    default_region: str | None = None
    excluded_rows: Collection[int] = ()
    overlay: Path | None = None
    repaired: Path | None = None
    whole: Path | None = None
    arrived: Path | None = None
    lacking: Path | None = None

    @property
    def checked(self) -> Path:
        """The table that is checked."""
        return self.repaired if self.overlay and self.repaired else self.staged

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values, for another process; `from_dict` is its inverse."""
        return {
            "staged": str(self.staged.absolute()),
            "columns": list(self.columns),
            "mapping": self.mapping.to_json(),
            "catalogue": asdict(self.catalogue),
            "prepared": str(self.prepared.absolute()),
            "issues": str(self.issues.absolute()),
            "default_region": self.default_region,
            "excluded_rows": sorted(self.excluded_rows),
            "overlay": str(self.overlay.absolute()) if self.overlay else None,
            "repaired": str(self.repaired.absolute()) if self.repaired else None,
            "whole": str(self.whole.absolute()) if self.whole else None,
            "arrived": str(self.arrived.absolute()) if self.arrived else None,
            "lacking": str(self.lacking.absolute()) if self.lacking else None,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(
            Path(values["staged"]),
            tuple(values["columns"]),
            Mapping.from_json(values["mapping"]),
            TargetCatalogue.from_account(**values["catalogue"]),
            Path(values["prepared"]),
            Path(values["issues"]),
            values["default_region"],
            values["excluded_rows"],
            Path(values["overlay"]) if values["overlay"] else None,
            Path(values["repaired"]) if values["repaired"] else None,
            Path(values["whole"]) if values["whole"] else None,
            Path(values["arrived"]) if values["arrived"] else None,
            Path(values["lacking"]) if values["lacking"] else None,
        )
