"""The client of the Gemini API: connected once, and its faults told as what a user can mend."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from json import JSONDecodeError
from typing import TYPE_CHECKING, TypeVar

from ingest.embedders.faults import PassingError, UnusableError, shortened
from ingest.embedders.gemini_faults import Advice, answered_with, explain, silent, unreachable
from ingest.embedders.gemini_key import find_key, require_key
from ingest.errors import UserError

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import HttpOptions

Answer = TypeVar("Answer")


class GeminiClient:
    """Asks the API one thing at a time for each thread; ``answered`` is called whenever there is an API that answers.

    Parameters
    ----------
    timeout : int
        In milliseconds.
    """

    def __init__(
        self,
        answered: Callable[[], None],
        *,
        timeout: int,
        advice: Advice,
        api_key: str | None = None,
        base_url: str | None = None,
    ) -> None:
        self._answered = answered
        self._timeout = timeout
        self._advice = advice
        self._key = find_key({**os.environ, "api_key": api_key or ""})
        self._base_url = base_url
        self._client: Client | None = None
        self._connecting = threading.Lock()

    def require_ready(self) -> None:
        require_key(self._key, self._advice.without_key)

    def connected(self) -> Client:
        """Return the one client: a second, made by another thread and let go of, would close itself in use."""
        from google.genai import Client

        key = require_key(self._key, self._advice.without_key)
        with self._connecting:
            if self._client is None:
                try:
                    # Said outright, since GOOGLE_GENAI_USE_ENTERPRISE would send the key elsewhere.
                    self._client = Client(enterprise=False, api_key=key.value, http_options=self._http_options())
                except (OSError, ValueError) as error:
                    raise UserError(
                        f"The Gemini client cannot start ({shortened(error)}): "
                        "check the environment's variables for proxies and certificates."
                    ) from error
            return self._client

    def _http_options(self) -> HttpOptions:
        from google.genai import types

        return types.HttpOptions(base_url=self._base_url, timeout=self._timeout)

    def ask(self, model: str, question: Callable[[], Answer]) -> Answer:
        """Return what the API answers, or raise why it does not."""
        import httpx2
        from google.genai.errors import APIError

        fault: UserError
        try:
            answer = question()
        except APIError as error:
            self._answered()
            fault = explain(error, model, require_key(self._key, self._advice.without_key), self._advice)
        except httpx2.TimeoutException:
            fault = PassingError(silent(self._timeout / 1000))
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            fault = UserError(unreachable(error))
        except httpx2.HTTPError as error:
            fault = PassingError(unreachable(error))
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            fault = PassingError(answered_with("something that cannot be read"))
        except (AttributeError, LookupError, TypeError, ValueError):
            # What pydantic and the SDK's parsers raise.
            fault = UnusableError(answered_with("JSON of an unexpected form"))
        else:
            self._answered()
            return answer
        # A proxy may repeat the request's headers. Raised here, the fault has no context whose traceback shows the key.
        raise fault
