"""Write the report as PDF and DOCX, and the mail, into samples/documents.

    pip install reportlab==4.4.4
    python make_documents.py

report.md, mail.txt and trial-results.txt, beside this script, are what they are made of. The same
texts, reportlab and Python 3.11 give the same bytes. The other files of samples/documents are written by hand.
"""
import html
import os
import re
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENTS = os.path.join(os.path.dirname(HERE), "documents")
TITLE = "Report on the year 2024"
AUTHOR = "Saltmere Ferries Limited"
# A font that readers of PDF bring along: nothing of it is in the file.
CHINESE_FONT = "STSong-Light"


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def write(name, content):
    with open(os.path.join(DOCUMENTS, name), "wb") as file:
        file.write(content)
    print(f"{name:12} {len(content):7,} bytes")


def blocks(markdown):
    """("heading", level, text), ("table", rows) and ("paragraph", text), in order."""
    for block in re.split(r"\n\n+", markdown.strip()):
        heading = re.fullmatch(r"(#+) (.*)", block)
        if heading:
            yield "heading", len(heading[1]), heading[2]
        elif block.startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.split("\n")]
            yield "table", rows[:1] + rows[2:]
        else:
            yield "paragraph", block


def is_chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


# PDF

class Report(BaseDocTemplate):
    """Pages with a head and a number, and an outline of the headings."""

    def __init__(self, path):
        super().__init__(path, pagesize=A4, title=TITLE, author=AUTHOR, invariant=1,
                         leftMargin=25 * mm, rightMargin=25 * mm, topMargin=25 * mm, bottomMargin=25 * mm)
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, id="text")
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self.head_and_number))

    def head_and_number(self, canvas, _):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(25 * mm, A4[1] - 15 * mm, f"{AUTHOR}: {TITLE.lower()}")
        canvas.drawCentredString(A4[0] / 2, 13 * mm, f"Page {canvas.getPageNumber()}")

    def afterFlowable(self, flowable):
        level = getattr(flowable, "outline_level", None)
        if level is not None:
            key = f"heading-{self.page}-{flowable.number}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level)


def style(name, text, **settings):
    chinese = is_chinese(text)
    font = CHINESE_FONT if chinese else settings.pop("font", "Helvetica")
    settings.pop("font", None)
    return ParagraphStyle(name, fontName=font, wordWrap="CJK" if chinese else None, **settings)


def pdf_flowables(markdown):
    for number, (kind, *content) in enumerate(blocks(markdown)):
        if kind == "heading":
            level, text = content
            size = {1: 20, 2: 14, 3: 11.5}[level]
            heading = Paragraph(html.escape(text), style(
                f"heading{level}", text, font="Helvetica-Bold", fontSize=size, leading=size * 1.3,
                spaceBefore=size, spaceAfter=6, keepWithNext=1))
            heading.outline_level, heading.number = level - 1, number
            yield heading
        elif kind == "table":
            table = Table(content[0], repeatRows=1, hAlign="LEFT")
            table.setStyle(TableStyle([
                ("FONT", (0, 0), (-1, -1), "Helvetica", 9), ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"), ("GRID", (0, 0), (-1, -1), 0.4, colors.grey)]))
            yield table
            yield Spacer(1, 10)
        else:
            yield Paragraph(html.escape(content[0]), style(
                "text", content[0], fontSize=11, leading=16, spaceAfter=9))


def write_pdf(markdown):
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    path = os.path.join(DOCUMENTS, "report.pdf")
    Report(path).build(list(pdf_flowables(markdown)))
    print(f"report.pdf   {os.path.getsize(path):7,} bytes")


# DOCX, of which a file with these few parts is a whole one

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PAGE_NUMBER = '<w:r><w:t xml:space="preserve">Page </w:t></w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def run(text, bold=False):
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{html.escape(text, quote=False)}</w:t></w:r>'


def paragraph(content, style_id=None, align=None):
    look = (f'<w:pStyle w:val="{style_id}"/>' if style_id else "") + (f'<w:jc w:val="{align}"/>' if align else "")
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{content}</w:p>"


def docx_table(rows):
    grid = "<w:gridCol/>" * len(rows[0])
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(
            "<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/></w:tcPr>"
            + paragraph(run(cell, bold=number == 0), align="right" if column else None) + "</w:tc>"
            for column, cell in enumerate(row))
        head = "<w:trPr><w:tblHeader/></w:trPr>" if number == 0 else ""
        lines.append(f"<w:tr>{head}{cells}</w:tr>")
    return ('<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>" + paragraph(""))


def docx_body(markdown):
    for kind, *content in blocks(markdown):
        if kind == "heading":
            yield paragraph(run(content[1]), f"Heading{content[0]}")
        elif kind == "table":
            yield docx_table(content[0])
        else:
            yield paragraph(run(content[0]))


def docx_styles():
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
        f'<w:pPr><w:keepNext/><w:spacing w:before="{size * 10}"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size * 2}"/></w:rPr></w:style>'
        for level, size in ((1, 20), (2, 14), (3, 12)))
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:color="808080"/>'
                    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"))
    return (f'{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>'
            '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="SimSun"/><w:sz w:val="22"/></w:rPr></w:rPrDefault>'
            '<w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
            f'{headings}<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/>'
            f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr></w:style></w:styles>")


def docx_parts(markdown):
    def relations(*targets):
        return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
            f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(targets, 1)) + "</Relationships>"

    override = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in (
        ("/word/document.xml", f"{PART}.document.main+xml"), ("/word/styles.xml", f"{PART}.styles+xml"),
        ("/word/footer1.xml", f"{PART}.footer+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")))
    return {
        "[Content_Types].xml":
            f'{XML}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{override}</Types>',
        "_rels/.rels": relations((f"{OFFICE}/officeDocument", "word/document.xml"),
                                 (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")),
        "docProps/core.xml":
            f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{TITLE}</dc:title><dc:creator>{AUTHOR}</dc:creator>"
            '<dcterms:created xsi:type="dcterms:W3CDTF">2025-02-27T09:00:00Z</dcterms:created></cp:coreProperties>',
        "word/document.xml":
            f'{XML}<w:document {W} {R}><w:body>{"".join(docx_body(markdown))}'
            '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
            '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
            "</w:sectPr></w:body></w:document>",
        "word/_rels/document.xml.rels": relations((f"{OFFICE}/styles", "styles.xml"), (f"{OFFICE}/footer", "footer1.xml")),
        "word/styles.xml": docx_styles(),
        "word/footer1.xml": f'{XML}<w:ftr {W}>{paragraph(PAGE_NUMBER, align="center")}</w:ftr>',
    }


def write_docx(markdown):
    path = os.path.join(DOCUMENTS, "report.docx")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in docx_parts(markdown).items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 2, 27, 9, 0, 0)), text, zipfile.ZIP_DEFLATED)
    print(f"report.docx  {os.path.getsize(path):7,} bytes")


# Mail

def write_mail(text, attachment):
    head, body = text.split("\n\n", 1)
    mail = EmailMessage(policy=SMTP)
    for line in head.split("\n"):
        name, value = line.split(": ", 1)
        mail[name] = value
    mail.set_content(body, cte="quoted-printable")
    page = "".join(f"<p>{html.escape(part, quote=False)}</p>\n" for part in re.split(r"\n\n+", body.strip()))
    mail.add_alternative(f"<html><body>\n{page}</body></html>\n", subtype="html", cte="quoted-printable")
    mail.add_attachment(attachment.encode(), "text", "plain", filename="trial-results.txt", params={"charset": "utf-8"})
    mail.set_boundary("mixed-20240813084210")
    mail.get_payload(0).set_boundary("alternative-20240813084210")
    write("mail.eml", mail.as_bytes())


def main():
    report = read("report.md")
    write_pdf(report)
    write_docx(report)
    write_mail(read("mail.txt"), read("trial-results.txt"))


if __name__ == "__main__":
    main()
