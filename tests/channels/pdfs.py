"""What the tests of documents share: words to put in, and how a PDF is read."""

from __future__ import annotations

import io

import pypdf
import pypdfium2

HOSTILE = (
    '#set text(red) #panic("no") #read("/etc/passwd") *fet* _kursiv_ = Tittel $x^2$ `kode` @ref <merke> \\u{41} // borte'
    " <script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} & \"sitat\" 'enkel' [a](javascript:alert(1))"
)
SAMPLE = {
    "nb": "Mor bor hjemme, og jeg hjelper henne hver dag.",
    "nn": "Mor bur heime, og eg hjelper ho kvar dag.",
    "en": "My mother lives at home and I help her every day.",
    "pl": "Żółć, gęś, źdźbło: mama mieszka w domu.",
    "uk": "Мама живе вдома, і я їй допомагаю щодня. Ґанок, їжак.",
    "ar": "أمي تعيش في البيت وأساعدها كل يوم",
    "so": "Hooyaday waxay ku nooshahay guriga.",
    "ur": "میری ماں گھر پر رہتی ہیں اور میں ٹھیک ہوں",
    "fa": "مادرم در خانه است و من هر روز پیش او هستم",
    "lt": "Mama gyvena namuose, ąčęėįšųūž.",
    "ti": "ኣደይ ኣብ ገዛ ትነብር፡ መዓልታዊ እሕግዛ።",
    "tr": "Annem evde yaşıyor, ığüşöç.",
}


def words_of(made: bytes) -> str:
    """A PDF's text as a reader copies it, spaces and line ends alike."""
    document = pypdfium2.PdfDocument(made)
    try:
        found = " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return " ".join(found.replace("\ufffe", "").split())


def catalog_of(made: bytes) -> tuple[pypdf.PdfReader, pypdf.generic.DictionaryObject]:
    """The reader and the PDF's catalog."""
    reader = pypdf.PdfReader(io.BytesIO(made))
    return reader, reader.root_object


def tags_of(made: bytes) -> list[str]:
    """The structure's tags in reading order."""
    _, root = catalog_of(made)
    found: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            walk(node.get("/K"))

    walk(root["/StructTreeRoot"]["/K"])
    return found
