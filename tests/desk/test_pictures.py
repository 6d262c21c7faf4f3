"""Pictures: public sizes hold nothing but the picture, names cannot be guessed, damaged files are refused."""

from __future__ import annotations

import json
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, PngImagePlugin
from PIL import Image as Picture
from PIL.ImageCms import ImageCmsProfile, createProfile
from wagtail.documents.models import Document
from wagtail.images.models import Image

from operating_models import pictures
from tests import factories

pytestmark = pytest.mark.django_db

SECRET = "Kuopion kotikäynti"
PROFILE = ImageCmsProfile(createProfile("sRGB")).tobytes()
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}
BY_SCRIPT = {"x-requested-with": "XMLHttpRequest"}
SIZES = ("max-165x165", "width-40", "original", "fill-20x20", "width-40|format-jpeg", "width-40|format-webp")


def with_metadata(kind, **saved):
    """Return a wide picture, black above and white below, that lies on its side and tells where it was taken."""
    picture = Picture.new("RGB", (64, 32), "white")
    picture.paste("black", (0, 0, 64, 16))
    exif = picture.getexif()
    exif[ExifTags.Base.Make] = SECRET
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (62.0, 14.0, 33.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    text.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET}</x>")
    further = {
        "JPEG": {"comment": SECRET.encode(), "xmp": f"<x>{SECRET}</x>".encode()},
        "PNG": {"pnginfo": text},
        "WEBP": {"xmp": f"<x>{SECRET}</x>".encode()},
        "GIF": {"comment": SECRET.encode()},
        "AVIF": {"xmp": f"<x>{SECRET}</x>".encode()},
    }[FORMATS[kind]]
    if kind != "gif":
        further |= {"exif": exif.tobytes(), "icc_profile": PROFILE}
    out = BytesIO()
    picture.save(out, FORMATS[kind], **(further | saved))
    return out.getvalue()


def image_of(content, name):
    return Image.objects.create(
        title="Kuva", collection=factories.collection_of("15"), file=ImageFile(BytesIO(content), name=name)
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_no_public_size_tells_more_than_the_picture_and_its_colours(kind):
    image = image_of(with_metadata(kind), f"kuva.{kind}")
    for size in SIZES:
        content = image.get_rendition(size).file.open("rb").read()
        made = Picture.open(BytesIO(content))
        made.load()
        assert SECRET.encode() not in content, size
        assert not dict(made.getexif()), size
        assert {"exif", "xmp", "comment", "XML:com.adobe.xmp", "Comment"}.isdisjoint(made.info), size
        if kind in ("jpg", "png", "webp"):
            assert made.info["icc_profile"] == PROFILE, size


def test_a_picture_stands_as_its_camera_was_held():
    made = Picture.open(image_of(with_metadata("jpg"), "kuva.jpg").get_rendition("original").file.open("rb"))
    assert made.size == (32, 64)
    assert made.convert("L").getpixel((28, 32)) < 50 < 200 < made.convert("L").getpixel((4, 32))


def test_the_name_of_a_picture_and_its_public_sizes_cannot_be_guessed():
    names = [image_of(with_metadata("jpg"), "kuva.jpg") for _ in range(2)]
    marks = [pictures.HIDDEN_NAME.match(image.file.name)[0].removeprefix("original_images/") for image in names]
    assert len(set(marks)) == 2
    for image, mark in zip(names, marks, strict=True):
        for size in SIZES:
            assert Path(image.get_rendition(size).file.name).name.startswith(mark)
    assert Client().get("/media/images/kuva.max-165x165.jpg").status_code == 404


def test_a_long_name_keeps_its_random_part():
    image = image_of(with_metadata("jpg"), f"{'pitkä' * 40}.jpg")
    assert pictures.HIDDEN_NAME.match(image.file.name)
    assert len(image.get_rendition("fill-20x20").file.name) < 100


def test_readers_of_a_live_page_get_its_picture_and_nobody_gets_the_original():
    image = image_of(with_metadata("jpg"), "kuva.jpg")
    page = factories.make_model(image=image, image_alt="Kuva")
    shown = re.search(r'src="(/media/images/[^"]+)"', Client().get(page.get_url()).content.decode())[1]
    assert Client().get(shown).status_code == 200
    assert Client().get(f"/media/{image.file.name}").status_code == 404


def test_a_document_keeps_its_name():
    document = Document.objects.create(title="Ohje", file=ContentFile(b"Ohje", name="ohje-nimi.txt"))
    assert document.filename.startswith("ohje-nimi")


def test_pictures_of_earlier_versions_get_such_names_and_new_public_sizes(django_capture_on_commit_callbacks):
    image = image_of(with_metadata("jpg"), "kuva.jpg")
    storage, old = image.file.storage, "original_images/vanha.jpg"
    (Path(settings.MEDIA_ROOT) / old).write_bytes(image.file.open("rb").read())
    Image.objects.filter(pk=image.pk).update(file=old)
    image = Image.objects.get(pk=image.pk)
    size = image.get_rendition("width-40").file.name
    assert size.startswith("images/vanha.width-40")
    lost = image_of(with_metadata("jpg"), "kuva.jpg")
    Image.objects.filter(pk=lost.pk).update(file="original_images/kadonnut.jpg")

    with django_capture_on_commit_callbacks(execute=True):
        pictures.hide_names()
    renamed = Image.objects.get(pk=image.pk)
    assert pictures.HIDDEN_NAME.match(renamed.file.name)
    assert renamed.file.name.endswith("-vanha.jpg")
    assert not storage.exists(old)
    assert not storage.exists(size)
    assert "vanha" in renamed.get_rendition("width-40").file.name
    with django_capture_on_commit_callbacks(execute=True):
        pictures.hide_names()
    assert Image.objects.get(pk=image.pk).file.name == renamed.file.name


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def huge_png(width=60_000, height=60_000):
    """Return a small file that says that it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def damaged():
    for kind in FORMATS:
        content = with_metadata(kind)
        for part in (0.9, 0.6, 0.3):
            yield f"{kind} cut at {part}", kind, content[: int(len(content) * part)]
        yield f"{kind} beginning alone", kind, content[:12]
        yield f"{kind} broken inside", kind, content[:20] + b"\xff" * 40 + content[60:]
    yield "huge", "png", huge_png()
    yield "huge one way", "png", huge_png(1, 2**31 - 1)
    yield "text", "jpg", b"<svg onload=alert(1)>"
    yield "empty", "png", b""


def doors():
    """Yield the ways by which a file of a picture comes in, each as a function of a client and a file."""
    one = {"title": "Kuva", "tags": ""}
    focal = dict.fromkeys(("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"), "")
    yield lambda client, file: client.post(reverse("wagtailimages:add"), one | {"file": file})
    yield lambda client, file: client.post(
        reverse("wagtailimages:add_multiple"), one | {"files[]": file}, headers=BY_SCRIPT
    )
    yield lambda client, file: client.post(
        reverse("wagtailimages_chooser:create"),
        {f"image-chooser-upload-{name}": value for name, value in (one | {"file": file}).items()},
    )
    yield lambda client, file: client.post(
        reverse("wagtailimages:edit", args=[factories.make_image().pk]), one | focal | {"file": file}
    )


@pytest.mark.sweep(8)
@pytest.mark.parametrize(("name", "kind", "content"), [pytest.param(*case, id=case[0]) for case in damaged()])
def test_a_damaged_picture_is_refused_with_a_message_at_every_door(name, kind, content, developer):
    for door in doors():
        answer = door(developer, SimpleUploadedFile(f"rikki.{kind}", content))
        assert answer.status_code < 500, answer
        # What can still be drawn may be kept.
        for image in Image.objects.all():
            image.get_rendition("max-165x165")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cut_picture_is_not_kept_and_a_whole_one_is(kind, developer):
    content = with_metadata(kind)
    for door in list(doors())[:3]:
        door(developer, SimpleUploadedFile(f"rikki.{kind}", content[: len(content) // 2]))
        assert not Image.objects.exists()
    for number, door in enumerate(list(doors())[:3], 1):
        door(developer, SimpleUploadedFile(f"ehja.{kind}", content))
        assert Image.objects.count() == number


def test_the_message_is_in_finnish(developer):
    answer = developer.post(
        reverse("wagtailimages_chooser:create"),
        {
            "image-chooser-upload-title": "Kuva",
            "image-chooser-upload-file": SimpleUploadedFile("rikki.jpg", with_metadata("jpg")[:700]),
        },
    )
    text = json.dumps(answer.json(), ensure_ascii=False)
    assert "Lähettämäsi tiedosto ei ole kuva, tai tiedosto on vioittunut" in text


def test_a_document_that_is_too_large_is_refused_with_a_message(developer, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    file = SimpleUploadedFile("iso.txt", b"x" * 11)
    answer = developer.post(reverse("wagtaildocs:add_multiple"), {"title": "Iso", "files[]": file}, headers=BY_SCRIPT)
    assert answer.json()["success"] is False
    assert not Document.objects.exists()
