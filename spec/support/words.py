"""Makes pictures of user interfaces, and a list of the words in each:  words.py FOLDER [LAYOUT …]

Of each layout (buttons, menu, terminal, table) there are fifteen, in English and German by turns: 000.png and
so on. words.json lists them: file, layout, font, size, style, language, and the words with the boxes of their ink.
"""
import json
import random
import sys

from PIL import Image, ImageChops, ImageDraw, ImageFont

TRUETYPE = "/usr/share/fonts/truetype/"
SANS = [TRUETYPE + "dejavu/DejaVuSans.ttf", TRUETYPE + "liberation/LiberationSans-Regular.ttf",
        TRUETYPE + "dejavu/DejaVuSans-Bold.ttf", TRUETYPE + "liberation/LiberationSerif-Regular.ttf"]
MONO = [TRUETYPE + "dejavu/DejaVuSansMono.ttf", TRUETYPE + "liberation/LiberationMono-Regular.ttf"]
BITMAP = {9: "6x9", 10: "6x10", 12: "6x12", 13: "7x13", 14: "7x14", 15: "9x15", 18: "9x18", 20: "10x20"}
SIZES = [9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24]
STYLES = ["light", "dark", "colored", "sub-pixel", "dark sub-pixel"]
COUNT = 15  # of each layout

# background, text, background and text of what is marked
COLORS = {
    "light": ["#f6f5f4", "#1a1a1a", "#3584e4", "#ffffff"],
    "dark": ["#2d2d2d", "#eeeeec", "#15539e", "#ffffff"],
    "colored": ["#fdf6e3", "#204a87", "#8f2d56", "#fce94f"],
}

LABELS = {
    "eng": ["Save", "Cancel", "Apply", "Log in", "Help", "Open file", "Print", "Continue", "Delete", "Retry",
            "Settings", "Password", "User name", "Next", "Back", "Finish", "Close window", "Search", "Copy", "Restore"],
    "deu": ["Speichern", "Abbrechen", "Übernehmen", "Anmelden", "Hilfe", "Datei öffnen", "Drucken", "Weiter",
            "Löschen", "Wiederholen", "Einstellungen", "Passwort", "Benutzername", "Zurück", "Schließen", "Suchen",
            "Kopieren", "Größe ändern", "Ausführen", "Prüfen"],
}
SENTENCES = {
    "eng": ["Do you want to keep the changes?", "The connection to the server was lost.",
            "Please enter your name and password.", "Three updates are ready to be installed.",
            "This file is used by another program.", "The backup was finished without errors."],
    "deu": ["Möchten Sie die Änderungen behalten?", "Die Verbindung zum Server wurde getrennt.",
            "Bitte geben Sie Namen und Passwort ein.", "Drei Aktualisierungen stehen bereit.",
            "Diese Datei wird gerade verwendet.", "Die Sicherung wurde ohne Fehler beendet."],
}
BARS = {"eng": ["File", "Edit", "View", "Search", "Tools", "Window", "Help"],
        "deu": ["Datei", "Bearbeiten", "Ansicht", "Suchen", "Extras", "Fenster", "Hilfe"]}
ITEMS = {
    "eng": [("New window", "Ctrl+N"), ("Open recent", "Ctrl+O"), ("Save as", "Ctrl+S"), ("Print preview", "F12"),
            ("Page setup", "Ctrl+P"), ("Rename", "F2"), ("Properties", "Alt+Enter"), ("Quit", "Ctrl+Q")],
    "deu": [("Neues Fenster", "Strg+N"), ("Zuletzt geöffnet", "Strg+O"), ("Speichern unter", "Strg+S"),
            ("Druckvorschau", "F12"), ("Seite einrichten", "Strg+P"), ("Umbenennen", "F2"),
            ("Eigenschaften", "Alt+Enter"), ("Beenden", "Strg+Q")],
}
LINES = {
    "eng": ["make: Nothing to be done for target", "Reading package lists: done", "warning: unused variable count",
            "Connection closed by remote host", "Cloning into folder project", "total 48 files in 12 folders",
            "error: cannot open the configuration file", "All tests passed in 27 seconds",
            "Writing objects: 100 percent, done", "Starting the network service", "Permission denied",
            "Unpacking archive, please wait", "Mounted root as read only", "Finished with status 0"],
    "deu": ["Paketlisten werden gelesen: fertig", "Warnung: Variable wird nicht benutzt",
            "Verbindung vom Server geschlossen", "Klone in Ordner projekt", "insgesamt 48 Dateien in 12 Ordnern",
            "Fehler: Datei kann nicht geöffnet werden", "Alle Tests in 27 Sekunden bestanden",
            "Schreibe Objekte: 100 Prozent, fertig", "Netzwerkdienst wird gestartet", "Keine Berechtigung",
            "Archiv wird entpackt, bitte warten", "Beendet mit Status 0", "Größe überprüft und übernommen"],
}
TABLES = {
    "eng": (["Name", "Size", "Changed", "Owner"],
            ["Pictures", "Documents", "Music", "report.txt", "Invoices", "Backup", "letter.odt", "Downloads"],
            ["Monday", "Tuesday", "Friday", "Yesterday", "Today"], ["anna", "peter", "maria", "root"]),
    "deu": (["Name", "Größe", "Geändert", "Besitzer"],
            ["Bilder", "Dokumente", "Musik", "bericht.txt", "Rechnungen", "Sicherung", "brief.odt", "Übersicht"],
            ["Montag", "Dienstag", "Freitag", "Gestern", "Heute"], ["anna", "jürgen", "maria", "root"]),
}


class Picture:
    """A picture that grows: text is drawn on it, and every word remembered."""

    def __init__(self, width, height, style, font, size):
        self.is_subpixel = "sub-pixel" in style
        self.colors = COLORS["dark" if style.startswith("dark") else style if style == "colored" else "light"]
        self.image = Image.new("RGB", (width, height), self.colors[0])
        self.draw = ImageDraw.Draw(self.image)
        self.font = ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
        self.wide = self.is_subpixel and ImageFont.truetype(font, 3 * size, layout_engine=ImageFont.Layout.BASIC)
        self.size = size
        self.words = []

    def width_of(self, text):
        return int(self.font.getlength(text) + 0.99)

    def text(self, x, y, text, color=None):
        """Each word by itself, so that its box is known. Returns where the text ends."""
        space = self.font.getlength(" ")
        at = float(x)
        for word in text.split(" "):
            self.word(round(at), y, word, color or self.colors[1])
            at += self.font.getlength(word) + space
        return round(at - space)

    def word(self, x, y, word, color):
        mask = Image.new("L", self.image.size, 0)
        if self.is_subpixel:
            big = Image.new("L", (3 * mask.width, 3 * self.size * 2), 0)
            ImageDraw.Draw(big).text((3 * x, 0), word, fill=255, font=self.wide)
            rows = big.resize((3 * mask.width, 2 * self.size), Image.Resampling.BOX)
            rows = ImageChops.add(ImageChops.add(rows.point(lambda v: v // 3),
                                                 ImageChops.offset(rows, 1, 0).point(lambda v: v // 3)),
                                  ImageChops.offset(rows, -1, 0).point(lambda v: v // 3))
            channels = []
            for c in range(3):
                third = rows.transform((mask.width, rows.height), Image.Transform.AFFINE,
                                       (3, 0, c - 1, 0, 1, 0), Image.Resampling.NEAREST)
                full = Image.new("L", self.image.size, 0)
                full.paste(third, (0, y))
                channels.append(full)
            fill = Image.new("RGB", self.image.size, color).split()
            parts = [Image.composite(f, i, m) for f, i, m in zip(fill, self.image.split(), channels)]
            self.image.paste(Image.merge("RGB", parts))
            mask = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
        else:
            ImageDraw.Draw(mask).text((x, y), word, fill=255, font=self.font)
            self.image.paste(Image.new("RGB", self.image.size, color), (0, 0), mask)
        left, top, right, bottom = mask.point(lambda v: 255 if v > 64 else 0).getbbox()
        assert right < self.image.width and bottom < self.image.height, word
        self.words.append({"text": word, "x": left, "y": top, "width": right - left, "height": bottom - top})


def buttons(make, chance, language, size):
    labels = chance.sample(LABELS[language], 6)
    picture = make(26 * size, 13 * size)
    picture.text(size, size, chance.choice(SENTENCES[language]))
    for i, label in enumerate(labels):
        width, height = 11 * size, 2 * size + 4
        x, y = size + i % 2 * 12 * size, 3 * size + i // 2 * (height + size)
        back, text = picture.colors[0], picture.colors[1]
        if i == 2 or i == 5:
            back, text = picture.colors[2], picture.colors[3]
        picture.draw.rectangle((x, y, x + width, y + height), fill=back, outline="#999999")
        picture.text(x + (width - picture.width_of(label)) // 2, y + size // 2, label, text)
    return picture


def menu(make, chance, language, size):
    picture = make(30 * size, 15 * size)
    x = size
    for i, item in enumerate(BARS[language][:5]):
        width = picture.width_of(item)
        if i == 1:
            picture.draw.rectangle((x - size // 2, 0, x + width + size // 2, 2 * size - 2), fill=picture.colors[2])
        picture.text(x, size // 3, item, picture.colors[3 if i == 1 else 1])
        x += width + size + 4
    picture.draw.rectangle((2 * size, 2 * size, 24 * size, 14 * size), outline="#888888")
    marked = chance.randrange(6)
    for i, (label, key) in enumerate(chance.sample(ITEMS[language], 6)):
        y = 2 * size + 6 + i * (2 * size - 3)
        if i == marked:
            picture.draw.rectangle((2 * size + 1, y - 3, 24 * size - 1, y + size + 6), fill=picture.colors[2])
        color = picture.colors[3 if i == marked else 1]
        picture.text(3 * size, y, label, color)
        picture.text(23 * size - picture.width_of(key), y, key, color)
    return picture


def terminal(make, chance, language, size):
    picture = make(30 * size, 12 * size)
    line = size + size // 4
    for i, text in enumerate(chance.sample(LINES[language], 8)):
        color = {2: "#c01c28", 5: "#26a269"}.get(i) if picture.colors is COLORS["light"] else None
        picture.text(3, 3 + i * line, text, color)
    picture.draw.rectangle((3, 3 + 8 * line, 3 + size // 2, 3 + 9 * line - 2), fill=picture.colors[1])
    return picture


def table(make, chance, language, size):
    head, names, days, owners = TABLES[language]
    picture = make(36 * size, 13 * size)
    height = 2 * size
    columns = [size // 2, 11 * size, 18 * size, 27 * size]
    picture.draw.rectangle((0, 0, picture.image.width, height), fill=picture.colors[2])
    for x, text in zip(columns, head):
        picture.text(x + 4, size // 2 - 1, text, picture.colors[3])
    for i, name in enumerate(chance.sample(names, 5)):
        y = (i + 1) * height
        picture.draw.line((0, y, picture.image.width, y), fill="#aaaaaa")
        cells = [name, f"{chance.randrange(10, 900)} KB", chance.choice(days), chance.choice(owners)]
        for x, text in zip(columns, cells):
            picture.text(x + 4, y + size // 2 - 1, text)
    for x in columns[1:]:
        picture.draw.line((x - 4, 0, x - 4, picture.image.height), fill="#aaaaaa")
    return picture


LAYOUTS = {"buttons": buttons, "menu": menu, "terminal": terminal, "table": table}


def main(folder, layouts):
    pictures = []
    for layout in LAYOUTS:
        for i in range(COUNT):
            number = len(pictures)
            chance = random.Random(number)
            language = ["eng", "deu"][number % 2]
            size, style = SIZES[(number * 5 + number // 12) % len(SIZES)], STYLES[i % len(STYLES)]
            fonts = MONO if layout == "terminal" else SANS
            font = fonts[i % len(fonts)]
            if i % 5 == 1 and size in BITMAP:  # a bitmap has no finer pixels
                font, style = f"/usr/share/fonts/X11/misc/{BITMAP[size]}-ISO8859-1.pcf.gz", STYLES[i % 3]
            entry = {"file": f"{number:03d}.png", "layout": layout, "font": font.split("/")[-1], "size": size,
                     "style": style, "language": language}
            pictures.append(entry)
            if layouts and layout not in layouts:
                continue
            picture = LAYOUTS[layout](lambda w, h: Picture(w, h, style, font, size), chance, language, size)
            picture.image.save(f"{folder}/{entry['file']}")
            entry["words"] = picture.words
    with open(f"{folder}/words.json", "w", encoding="utf-8") as file:
        json.dump(pictures, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
