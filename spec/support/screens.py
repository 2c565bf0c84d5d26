"""Makes pictures of whole screens, and a list of the words in each:  screens.py FOLDER

Text stands where line finding has it hard: windows on gradients and photographs, icons beside labels, frames around
them. screens.json lists the pictures as words.json does (words.py).
"""
import json
import random
import sys

from PIL import Image, ImageFilter

from words import LABELS, LINES, MONO, SANS, SENTENCES, Picture

SIZE = (1280, 800)
STYLES = ["light", "dark", "colored"]


def gradient(_):
    """Three ramps that begin again and again: edges everywhere."""
    red, green = Image.linear_gradient("L").rotate(90), Image.linear_gradient("L")
    blue = Image.new("L", (256, 256))
    blue.putdata([(3 * (i % 256) + 5 * (i // 256)) % 256 for i in range(1 << 16)])
    tile = Image.merge("RGB", (red, green, blue))
    image = Image.new("RGB", SIZE)
    for x in range(0, SIZE[0], 256):
        for y in range(0, SIZE[1], 256):
            image.paste(tile, (x, y))
    return image


def photo(chance):
    """Noise of several sizes, as clouds, leaves and walls have it."""
    image = Image.new("RGB", SIZE, "#406080")
    for cell in (160, 40, 8):
        noise = Image.new("RGB", (SIZE[0] // cell + 1, SIZE[1] // cell + 1))
        noise.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(noise.width * noise.height)])
        image = Image.blend(image, noise.resize(SIZE, Image.Resampling.BICUBIC), 0.4)
    return image.filter(ImageFilter.GaussianBlur(1))


def stripes(_):
    image = Image.new("RGB", SIZE, "#336699")
    for x in range(0, SIZE[0], 22):
        image.paste("#224466", (x, 0, x + 9, SIZE[1]))
    return image


def plain(_):
    return Image.new("RGB", SIZE, "#2e3436")


def bulb(draw, x, y, size, color):
    draw.ellipse((x + size // 6, y, x + size * 5 // 6, y + size * 2 // 3), fill="#fce94f", outline=color)
    draw.line((x + size // 2, y + size // 3, x + size // 2, y + size * 2 // 3), fill=color)
    for i in range(3):
        draw.rectangle((x + size // 3, y + size * (7 + i) // 10, x + size * 2 // 3, y + size * (7 + i) // 10 + 1),
                       fill=color)


def warning(draw, x, y, size, color):
    draw.polygon((x + size // 2, y, x + size, y + size, x, y + size), fill="#f57900", outline=color)
    draw.rectangle((x + size // 2 - 1, y + size // 3, x + size // 2 + 1, y + size * 2 // 3), fill=color)
    draw.rectangle((x + size // 2 - 1, y + size * 3 // 4, x + size // 2 + 1, y + size * 3 // 4 + 2), fill=color)


def lens(draw, x, y, size, color):
    draw.ellipse((x, y, x + size * 2 // 3, y + size * 2 // 3), outline=color, width=2)
    draw.line((x + size * 6 // 10, y + size * 6 // 10, x + size, y + size), fill=color, width=3)


def sheet(draw, x, y, size, color):
    draw.rectangle((x + size // 8, y, x + size * 7 // 8, y + size), fill="#ffffff", outline="#555753")
    for i in range(3):
        draw.line((x + size // 4, y + size * (2 + 2 * i) // 8, x + size * 3 // 4, y + size * (2 + 2 * i) // 8),
                  fill="#3465a4")


ICONS = [bulb, warning, lens, sheet]


def window(picture, box, has_frame):
    picture.draw.rectangle(box, fill=picture.colors[0], outline="#000000" if has_frame else None)


def dialog(picture, chance, language, x, y):
    """An icon beside text, and two buttons with icons."""
    size = picture.size
    window(picture, (x, y, x + 34 * size, y + 10 * size), chance.random() < 0.5)
    icon = 3 * size
    ICONS[chance.randrange(2)](picture.draw, x + size, y + size, icon, picture.colors[1])
    text = x + icon + size + size // 2 + 2
    picture.text(text, y + size, chance.choice(SENTENCES[language]))
    picture.text(text, y + size * 5 // 2, chance.choice(SENTENCES[language]))
    for i, label in enumerate(chance.sample(LABELS[language], 2)):
        left, top = x + size + i * 16 * size, y + 6 * size
        picture.draw.rectangle((left, top, left + 15 * size, top + 2 * size + 4), outline=picture.colors[1])
        chance.choice(ICONS)(picture.draw, left + 4, top + size // 2, size + 4, picture.colors[1])
        picture.text(left + 2 * size + 4, top + size // 2, label)


def toolbar(picture, chance, language, x, y):
    """Icons of 16 to 24 pixels, each with its label close to it, and lines between them."""
    size = picture.size
    window(picture, (x, y, x + 54 * size, y + 3 * size), False)
    for label in chance.sample(LABELS[language], 4):
        icon = chance.choice([16, 20, 24])
        chance.choice(ICONS)(picture.draw, x + 4, y + 4, icon, picture.colors[1])
        end = picture.text(x + 4 + icon + 5, y + 4 + (icon - size) // 2, label)
        picture.draw.line((end + 6, y + 2, end + 6, y + 3 * size - 2), fill="#888888")
        x = end + 10


def terminal(picture, chance, language, x, y):
    """Text up to the very edge."""
    size = picture.size
    window(picture, (x, y, x + 36 * size, y + 9 * size), False)
    for i, line in enumerate(chance.sample(LINES[language], 6)):
        picture.text(x + 2, y + 1 + i * (size + size // 4), line)


def main(folder):
    pictures = []
    for number in range(12):
        chance = random.Random(number)
        language, size = ["eng", "deu"][number % 2], [12, 13, 14, 16, 18, 20][number % 6]
        ground, style = [gradient, photo, stripes, plain][number % 4], STYLES[number % 3]
        font = SANS[number // 2 % len(SANS)]
        picture = Picture(*SIZE, style, font, size)
        picture.image.paste(ground(chance), (0, 0))
        toolbar(picture, chance, language, 37, 21)
        dialog(picture, chance, language, 60 + 7 * number, 130)
        terms = Picture(*SIZE, style, MONO[number % 2], size)
        terms.image, terms.draw, terms.words = picture.image, picture.draw, picture.words
        terminal(terms, chance, language, 100 + number, 420 + 3 * number)
        file = f"{number:03d}.png"
        picture.image.save(f"{folder}/{file}")
        pictures.append({"file": file, "layout": f"screen on {ground.__name__}", "font": font.split("/")[-1],
                         "size": size, "style": style, "language": language, "words": picture.words})
    with open(f"{folder}/screens.json", "w", encoding="utf-8") as file:
        json.dump(pictures, file)


if __name__ == "__main__":
    main(sys.argv[1])
