"""What gunicorn serves."""

from __future__ import annotations

from api.app import create_app
from store.settings import read_settings

app = create_app(read_settings())
