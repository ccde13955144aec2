"""What Harbor 2 knows beyond the registry protocol: the repositories of a project, for users who may not read the catalog.

Charts themselves are pulled, pushed and deleted as in any registry. Harbor before 2.8 also has ChartMuseum's API: that is
`chartmuseum`, with the repository URL `https://host/chartrepo/PROJECT`.
"""

from __future__ import annotations

from urllib.parse import quote, urljoin

import orjson

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import RepositoryError

from .answers import check_answer, next_page
from .transport import MEBIBYTE, Access, Request, Transport

PAGE = 100  # Harbor refuses more
MOST = 100_000


def project_repositories(transport: Transport, project: str, access: Access, deadline: Deadline) -> list[str] | None:
    """The repositories (`project/name`) that a user sees in a project; None where the host is no Harbor 2.

    `access.url` is the host's URL. Raises RepositoryUnauthorized, RepositoryError.
    """
    url, found = (
        urljoin(access.url, f"/api/v2.0/projects/{quote(project, safe='')}/repositories?page_size={PAGE}"),
        list[str](),
    )
    while url:
        request = Request(url=url, limit=16 * MEBIBYTE, headers={"X-Is-Resource-Name": "true"})
        response = transport.send(request, access, deadline)
        if response.status == 404 or "json" not in response.headers.get("content-type", ""):
            return None
        check_answer(request, response)
        try:
            found += [str(repository["name"]) for repository in orjson.loads(response.body)]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise RepositoryError(f"{access.url}: the answer is no list of repositories", url=access.url) from error
        if len(found) > MOST:
            raise RepositoryError(f"{access.url}: more than {MOST} repositories", url=access.url)
        url = next_page(url, response.headers.get("link", ""))
    return found
