"""What a user may do with a page, where Wagtail's rights alone would allow too much."""

from __future__ import annotations

from wagtail.models import Page, PagePermissionTester


class KnowledgeBasePermissions(PagePermissionTester):
    """Adds a question: does the user publish here, as curators and administrators do?"""

    @property
    def publishes(self) -> bool:
        return self.user.is_active and (self.user.is_superuser or "publish" in self.permissions)


class TermPagePermissions(KnowledgeBasePermissions):
    """Nobody copies the page of a term: there is one page for each."""

    def can_copy(self) -> bool:
        return False


class RegionPagePermissions(TermPagePermissions):
    """Developers write models under their region's page; the page itself belongs to those who publish."""

    def can_edit(self) -> bool:
        return self.publishes and super().can_edit()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.publishes and super().can_delete(ignore_bulk=ignore_bulk)

    def can_lock(self) -> bool:
        return self.publishes and super().can_lock()

    def can_unlock(self) -> bool:
        return self.publishes and super().can_unlock()

    def can_submit_for_moderation(self) -> bool:
        return self.publishes and super().can_submit_for_moderation()


class OperatingModelPermissions(KnowledgeBasePermissions):
    """A model's region of origin is the page above it, so moving it changes that fact: a curator's act."""

    def can_move(self) -> bool:
        return self.publishes and super().can_move()

    def can_move_to(self, destination: Page) -> bool:
        if not super().can_move_to(destination):
            return False
        return self.user.is_superuser or "publish" in destination.permissions_for_user(self.user).permissions
