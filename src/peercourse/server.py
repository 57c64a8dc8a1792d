"""The course's part of the Jupyter server: tells the page whether a notebook may show its questions by itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import ApiPath, to_os_path, url_path_join
from tornado import web

from peercourse.stand_ins import why_not_by_itself
from peercourse.wording import in_language, language_beside


class OpeningHandler(APIHandler):
    """Answers `GET peercourse/opening?path=…` with whether it is safe, if not why, and in which language.

    {"safe": true, "why": "", "language": "en"}, for a page that says `language=` its own.
    """

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Judge the notebook at `path`, as the Contents API names it."""
        path = self.get_query_argument("path")
        if ".." in path.split("/"):
            raise web.HTTPError(400, "The path leaves the folder that Jupyter shows.")
        notebook = Path(to_os_path(ApiPath(path), self.contents_manager.root_dir))
        # Folders may lie on a slow disk: other requests go on meanwhile.
        spoken = language_beside(self.get_query_argument("language", ""))
        with in_language(spoken):
            why = await asyncio.to_thread(why_not_by_itself, notebook)
        self.finish(json.dumps({"safe": not why, "why": why, "language": spoken}))


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "peercourse.server"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    url = url_path_join(server.web_app.settings["base_url"], "peercourse", "opening")
    server.web_app.add_handlers(".*$", [(url, OpeningHandler)])  # type: ignore[no-untyped-call]
