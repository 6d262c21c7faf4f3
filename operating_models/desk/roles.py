"""Who may do what: groups, page permissions, collections and the workflow, made where they are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from operating_models.models import (
    VOCABULARIES,
    CompleteModelApproval,
    FeaturedModel,
    Keyword,
    OperatingModelIndexPage,
    PromotedModel,
    Region,
    RegionPage,
    ReviewDate,
    Withdrawal,
)

CURATORS = "Valtakunnalliset kuraattorit"
ADMINISTRATORS = "Ylläpitäjät"
WORKFLOW = "Toimintamallin tarkistus"
TASK = "Kuraattorin hyväksyntä"

FILE_PERMISSIONS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
FILE_DELETIONS = ("delete_image", "delete_document")
COLLECTION_PERMISSIONS = ("add_collection", "change_collection", "delete_collection")
WRITING = ("add_page", "change_page")
PUBLISHING = ("publish_page", "lock_page", "unlock_page")
CURATED_MODELS = tuple(
    model._meta.model_name
    for model in (
        ReviewDate,
        Withdrawal,
        FeaturedModel,
        PromotedModel,
        *(vocabulary.terms for vocabulary in VOCABULARIES),
        Keyword,
    )
)
"""Models of the knowledge base whose rows curators add, change and delete."""

NOT_FOR_ADMINISTRATORS = ("adoptionreporter", "evidencerecorder", "site", "locale", "apitoken")
"""Who reported is personal data; the address of the site comes from the settings; there is one language tree, and no
interface that tokens would open."""

PERMISSION_NAMES = {
    "access": _("May use the admin"),
    "add": _("May add: %(kind)s"),
    "bulk_delete": _("May delete with all that is under it: %(kind)s"),
    "change": _("May change: %(kind)s"),
    "choose": _("May choose: %(kind)s"),
    "delete": _("May delete: %(kind)s"),
    "lock": _("May lock: %(kind)s"),
    "publish": _("May publish: %(kind)s"),
    "unlock": _("May unlock: %(kind)s"),
    "view": _("May view: %(kind)s"),
}
"""Names of permissions by the beginning of their codename; Django stores English ones in the database."""


def developers_of(region_name: str) -> str:
    """Name the group of those who write a region's models."""
    return f"Kehittäjät: {region_name}"


def reporters_of(region_name: str) -> str:
    """Name the group of those who report what a region uses."""
    return f"Aluevastaavat: {region_name}"


def set_up(index: OperatingModelIndexPage, region_pages: Iterable[RegionPage]) -> None:
    """Make the groups of every region, the national ones, and the workflow between them."""
    files = Collection.get_first_root_node()
    collections = {collection.name: collection for collection in files.get_children()}
    for page in region_pages:
        _set_up_region(page, collections)
    curators = _group(CURATORS)
    _permit_pages(curators, index, (*WRITING, *PUBLISHING))
    _permit_pages(curators, index.get_parent(), (*WRITING, "publish_page"))
    _permit_files(curators, files, (*FILE_PERMISSIONS, *FILE_DELETIONS))
    _permit(curators, "wagtailadmin", ["access_admin"])
    actions = ("add", "change", "delete", "view")
    _permit(curators, "operating_models", [f"{a}_{model}" for model in CURATED_MODELS for a in actions])
    recorded = ("adoptionreport", "evidenceassessment", "redaction")
    _permit(curators, "operating_models", [f"{a}_{model}" for model in recorded for a in ("add", "view")])
    _permit(curators, "search", [f"{a}_synonymset" for a in actions])
    _permit(curators, "search", ["view_logentry", "view_delivery", "change_delivery"])
    _permit(curators, "home", ["change_sitesettings"])

    administrators = _group(ADMINISTRATORS)
    administrators.permissions.set(Permission.objects.exclude(content_type__model__in=NOT_FOR_ADMINISTRATORS))
    _permit_pages(administrators, Page.get_first_root_node(), (*WRITING, *PUBLISHING, "bulk_delete_page"))
    _permit_files(administrators, files, (*FILE_PERMISSIONS, *FILE_DELETIONS, *COLLECTION_PERMISSIONS))
    _set_up_workflow(index, curators)
    _remove_wagtails_own_groups()
    _name_permissions()


def _name_permissions() -> None:
    """Name the permissions in the language of the service, for the forms of groups."""
    renamed = []
    with translation.override(settings.LANGUAGE_CODE):
        for permission in Permission.objects.select_related("content_type"):
            kind, action = permission.content_type.model_class(), permission.codename.rpartition("_")[0]
            if kind is None or action not in PERMISSION_NAMES:
                continue
            name = str(PERMISSION_NAMES[action]) % {"kind": kind._meta.verbose_name}
            if name != permission.name:
                permission.name = name
                renamed.append(permission)
    Permission.objects.bulk_update(renamed, ["name"])


def _set_up_region(page: RegionPage, collections: dict[str, Collection]) -> None:
    name = page.region.short_name_fi
    collection = collections.get(name) or Collection.get_first_root_node().add_child(name=name)
    developers = _group(developers_of(name))
    _permit(developers, "wagtailadmin", ["access_admin"])
    _permit_pages(developers, page, WRITING)
    _permit_files(developers, collection, FILE_PERMISSIONS)
    if page.region.reporter_group_id is None:
        # The region's row names its group, so that a renamed region or group keeps its reporters.
        Region.objects.filter(pk=page.region_id).update(reporter_group=_group(reporters_of(name)))


def _set_up_workflow(index: OperatingModelIndexPage, curators: Group) -> None:
    """Put the curators' approval on the models, and take Wagtail's own workflow from the whole tree."""
    WorkflowPage.objects.filter(page=Page.get_first_root_node()).delete()
    GroupApprovalTask.objects.filter(name="Moderators approval").update(active=False)
    Workflow.objects.filter(name="Moderators approval").update(active=False)
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW)
    task = CompleteModelApproval.objects.filter(name=TASK).first() or CompleteModelApproval.objects.create(name=TASK)
    task.groups.add(curators)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=index.page_ptr, defaults={"workflow": workflow})


def _remove_wagtails_own_groups() -> None:
    """Delete the groups that a new Wagtail begins with, where nobody uses or has changed them.

    They hold for the whole tree, above the regions, so one tick at a user would give national rights.
    """
    for name, on_pages in WAGTAILS_GROUPS.items():
        group = Group.objects.filter(name=name, user=None).first()
        if group is None or GroupApprovalTask.objects.filter(groups=group, active=True).exists():
            continue
        given = {
            *group.permissions.values_list("codename", flat=True),
            *group.collection_permissions.values_list("permission__codename", flat=True),
        }
        pages = set(group.page_permissions.values_list("permission__codename", "page__depth"))
        if given <= WAGTAILS_RIGHTS and pages <= {(codename, 1) for codename in on_pages}:
            group.delete()


WAGTAILS_GROUPS = {
    "Moderators": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    "Editors": ("add_page", "change_page"),
}
"""Groups of Wagtail's first migrations, and their rights to the root of all pages."""

WAGTAILS_RIGHTS = {"access_admin", *FILE_PERMISSIONS, "delete_image", "delete_document"}


def _group(name: str) -> Group:
    return Group.objects.get_or_create(name=name)[0]


def _permit(group: Group, app: str, codenames: Sequence[str]) -> None:
    group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=codenames))


def _permit_pages(group: Group, page: Page, codenames: Sequence[str]) -> None:
    rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    for permission in rights:
        GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=permission)


def _permit_files(group: Group, collection: Collection, codenames: Sequence[str]) -> None:
    rights = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs", "wagtailcore"], codename__in=codenames
    )
    for permission in rights:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
