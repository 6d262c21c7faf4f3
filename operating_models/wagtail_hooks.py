"""Registers the editor's desk with Wagtail's admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from operating_models.desk import (
    comparisons,
    deletion,
    documents,
    exports,
    facts,
    moderation,
    moments,
    publishing,
    redaction,
    search_reports,
    search_state,
    synonyms,
    uses,
    vocabularies,
    withdrawal,
    wording,
)
from operating_models.seed import term_pages
from search.models import SynonymSet

# Wagtail's own actions of the same names are registered first and give way to these.
hooks.register("register_bulk_action", publishing.PublishCompletePages, order=10)
hooks.register("register_bulk_action", deletion.DeletePagesWithoutReports, order=10)

hooks.register("before_delete_page", lambda request, page: deletion.explain_protected_pages(request, [page]))
hooks.register("before_delete_snippet", deletion.explain_used_terms)
hooks.register("before_delete_snippet", synonyms.refuse_deletion_of_ours)
hooks.register("after_create_snippet", lambda request, row: term_pages.set_up_page(row))
hooks.register("after_edit_snippet", lambda request, row: term_pages.set_up_page(row))
hooks.register("before_serve_document", documents.refuse_unpublished)
hooks.register("register_page_header_buttons", withdrawal.page_buttons)
hooks.register("register_page_listing_more_buttons", withdrawal.page_buttons)

hooks.register("register_admin_viewset", facts.Curation)
register_permission_policy(SynonymSet, synonyms.SynonymSetPermissions(SynonymSet))
hooks.register("register_reports_menu_item", search_state.SearchMenuItem)
for report in search_reports.REPORTS:
    hooks.register("register_reports_menu_item", report.menu_item)
hooks.register("register_permissions", search_state.permissions)
register_snippet(vocabularies.Vocabularies)
wording.assign()
exports.assign()
comparisons.assign()
moderation.assign()
uses.assign()
moments.assign()
hooks.register("construct_homepage_panels", moderation.show_submissions)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    gaps = path("malli/<int:page_id>/puutteet/", publishing.show_gaps, name="operating_models_gaps")
    state = path("haun-tila/", search_state.show_search, name="operating_models_search")
    withdraw = path("malli/<int:page_id>/veda-pois/", withdrawal.withdraw, name="operating_models_withdraw")
    redact = path("ilmoitus/<int:report_id>/poista-teksteja/", redaction.redact, name="operating_models_redact")
    redact_assessment = path(
        "naytto/<int:assessment_id>/poista-teksteja/",
        redaction.redact_assessment,
        name="operating_models_redact_assessment",
    )
    reports = [address for report in search_reports.REPORTS for address in report.urls()]
    return [gaps, state, withdraw, redact, redact_assessment, *reports]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))


@hooks.register("construct_help_menu")
def leave_out_wagtails_own_pages(request: HttpRequest, items: list[MenuItem]) -> None:
    """Keep the keyboard shortcuts. Wagtail's guide and news are in English and tell of what is not here."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("insert_editor_js")
def editor_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("js/keep_autosaving.js"))
