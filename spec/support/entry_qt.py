"""An entry of Qt: says "ready" once it has the focus, and what was typed into it when Return is."""
import sys

from PyQt5.QtWidgets import QApplication, QLineEdit


class Entry(QLineEdit):
    def focusInEvent(self, event):
        super().focusInEvent(event)
        print("ready", flush=True)


def done():
    sys.stdout.write(entry.text())
    application.quit()


application = QApplication(sys.argv)
entry = Entry()
entry.setWindowTitle("typed")
entry.resize(600, 30)
entry.returnPressed.connect(done)
entry.show()
application.exec_()
