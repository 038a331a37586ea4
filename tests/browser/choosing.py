"""Saying on the mapping page what a column is imported as."""

from playwright.sync_api import Locator, Page, expect


def column_of(page: Page, column: str) -> Locator:
    """The column's place on the page, unfolded."""
    heading = page.get_by_role("heading", name=column, exact=True)
    place = page.locator(".column").filter(has=heading)
    if place.locator(".fold").first.get_attribute("open") is None:
        heading.click()
    return place


def target_of(page: Page, column: str) -> Locator:
    """The field for what `column` is imported as."""
    column_of(page, column)
    return page.get_by_label(f"Import as: {column}", exact=True)


def type_target(page: Page, column: str, label: str) -> None:
    """Type `label` and take the first target that is found, whatever the page does then."""
    field = target_of(page, column)
    field.fill(label)
    field.press("Enter")


def choose_target(page: Page, column: str, label: str) -> None:
    """The same, and see that it is chosen."""
    type_target(page, column, label)
    expect(target_of(page, column)).to_have_value(label)
