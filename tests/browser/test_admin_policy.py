"""The admin works under its Content-Security-Policy: no page of it runs or loads what the policy forbids."""

from __future__ import annotations

from playwright.sync_api import expect

PAGES = (
    "",
    "pages/",
    "images/",
    "images/add/",
    "documents/",
    "reports/site-history/",
    "users/",
    "workflows/list/",
    "settings/home/sitesettings/",
)


def test_no_page_of_the_admin_breaks_its_policy(sit_down, full_model):
    # `sit_down` fails when the browser complains of anything.
    desk = sit_down("superuser")
    desk.page.goto("/hallinta/login/")
    for page in PAGES:
        desk.page.goto(f"/hallinta/{page}")
        desk.page.wait_for_load_state("networkidle")
    desk.edit(full_model)
    desk.open_tab("Sisältö")
    desk.page.locator("[class*=chooser] .w-dropdown__toggle:visible").first.click()
    desk.page.locator("[data-chooser-action-choose]:visible").first.click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.page.keyboard.press("Escape")
    desk.page.goto(f"/hallinta/pages/{full_model.pk}/edit/preview/")
    desk.page.wait_for_load_state("networkidle")
