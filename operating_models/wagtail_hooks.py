"""Registers the editor's desk with Wagtail's admin."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from operating_models.desk import (
    accounts,
    action_menu,
    autosave,
    commenting,
    comparisons,
    deletion,
    documents,
    expiry,
    exports,
    facts,
    files,
    merging,
    moderation,
    moments,
    nameable,
    outgoing_mail,
    publishing,
    redaction,
    renewed_login,
    returned,
    search_reports,
    search_state,
    synonyms,
    uses,
    visible_pages,
    vocabularies,
    withdrawal,
    wording,
)
from operating_models.seed import term_pages
from operating_models.subscriptions import subscribe
from search.models import SynonymSet

# Wagtail's own actions of the same names are registered first and give way to these.
hooks.register("register_bulk_action", publishing.PublishCompletePages, order=10)
hooks.register("register_bulk_action", deletion.DeletePagesWithoutReports, order=10)
for action in accounts.BULK_ACTIONS:
    hooks.register("register_bulk_action", action, order=10)
hooks.register("register_bulk_action", merging.MergeTags)

hooks.register("before_delete_page", lambda request, page: deletion.explain_protected_pages(request, [page]))
hooks.register("before_delete_snippet", deletion.explain_used_terms)
hooks.register("before_delete_snippet", synonyms.refuse_deletion_of_ours)
hooks.register("after_create_snippet", lambda request, row: term_pages.set_up_page(row))
hooks.register("after_edit_snippet", lambda request, row: term_pages.set_up_page(row))
hooks.register("before_bulk_action", files.refuse_bulk_deletion)
hooks.register("register_admin_urls", files.urls, order=-1)
hooks.register("before_edit_page", expiry.note_passed_expiry)
hooks.register("before_edit_page", returned.tell_of_return)
hooks.register("construct_page_action_menu", action_menu.put_cancelling_last)
hooks.register("after_edit_page", expiry.tell_of_passed_expiry)
hooks.register("before_serve_document", documents.refuse_unpublished)
hooks.register("register_page_header_buttons", withdrawal.page_buttons)
hooks.register("register_page_listing_more_buttons", withdrawal.page_buttons)

hooks.register("construct_page_chooser_queryset", visible_pages.narrow_chooser)

hooks.register("register_admin_viewset", facts.Curation)
register_permission_policy(SynonymSet, synonyms.SynonymSetPermissions(SynonymSet))
hooks.register("register_reports_menu_item", search_state.SearchMenuItem)
for report in search_reports.REPORTS:
    hooks.register("register_reports_menu_item", report.menu_item)
hooks.register("register_reports_menu_item", outgoing_mail.MailMenuItem)
hooks.register("register_permissions", search_state.permissions)
register_snippet(vocabularies.Vocabularies)
for override in (autosave, commenting, comparisons, exports, moderation, moments, nameable, uses, wording):
    override.assign()
hooks.register("construct_homepage_panels", moderation.show_submissions)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    gaps = path("malli/<int:page_id>/puutteet/", publishing.show_gaps, name="operating_models_gaps")
    state = path("haun-tila/", search_state.show_search, name="operating_models_search")
    withdraw = path("malli/<int:page_id>/veda-pois/", withdrawal.withdraw, name="operating_models_withdraw")
    redact = path("ilmoitus/<int:report_id>/poista-teksteja/", redaction.redact, name="operating_models_redact")
    login = path("kirjautuminen/", renewed_login.tell_login, name="operating_models_login")
    redact_assessment = path(
        "naytto/<int:assessment_id>/poista-teksteja/",
        redaction.redact_assessment,
        name="operating_models_redact_assessment",
    )
    reports = [address for report in search_reports.REPORTS for address in report.urls()]
    return [gaps, state, withdraw, redact, redact_assessment, login, *reports, *outgoing_mail.urls()]


@hooks.register("after_copy_page")
def subscribe_copyist(request: HttpRequest, page: Page, new_page: Page) -> None:
    subscribe(request.user, Page.objects.descendant_of(new_page, inclusive=True).filter(owner=request.user))


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))


@hooks.register("insert_global_admin_js")
def admin_script() -> SafeString:
    return format_html('<script src="{}"></script>', static("js/tell_refusal.js"))


@hooks.register("construct_help_menu")
def leave_out_wagtails_own_pages(request: HttpRequest, items: list[MenuItem]) -> None:
    """Keep the keyboard shortcuts. Wagtail's guide and news are in English and tell of what is not here."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("insert_editor_js")
def editor_script() -> SafeString:
    autosaving = format_html('<script src="{}"></script>', static("js/keep_autosaving.js"))
    helping = format_html(
        '<script src="{}" data-characters="{}" data-filter="{}"></script>',
        static("js/editor_form.js"),
        gettext("characters"),
        gettext("Filter the list"),
    )
    pasting = format_html(
        '<script src="{}" data-tables="{}" data-links="{}"></script>',
        static("js/paste.js"),
        gettext("The pasted table became a list: a line for each row."),
        gettext("Links to files on your own computer were left out, as nobody else can open them:"),
    )
    return autosaving + helping + pasting + render_to_string("operating_models/desk/login_ended.html")
