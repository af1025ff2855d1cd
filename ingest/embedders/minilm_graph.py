"""all-MiniLM-L6-v2 as an ONNX graph, built from the weights alone: a BERT of six layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

Weights = Mapping[str, NDArray[np.float32]]

N_LAYERS = 6
N_HEADS = 12
HIDDEN = 384
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
LAYER_NORM_EPSILON = 1e-12
IR_VERSION = 10
ONNX_OPSET = 20  # the first with Gelu


@dataclass(frozen=True, slots=True)
class ModelGraph:
    """A serialized model, and the arrays that it only names: ONNX Runtime takes them as they are, uncopied."""

    model: bytes
    arrays: dict[str, NDArray[Any]]


def build_graph(weights: Weights) -> ModelGraph:
    """Return the model of the given weights.

    Its inputs are those of the model's own ONNX export, ``input_ids``, ``attention_mask`` and
    ``token_type_ids``, int64 of shape (n_texts, n_tokens); so is its output, ``last_hidden_state``,
    float32 of shape (n_texts, n_tokens, 384). Attention is ONNX Runtime's fused operator.
    """
    graph = _Graph(weights)
    mask = graph.node("Cast", "attention_mask", to=TensorProto.INT32)
    state = _embed_tokens(graph)
    for layer in range(N_LAYERS):
        state = _transform(graph, f"encoder.layer.{layer}", state, mask)
    graph.node("Identity", state, name="last_hidden_state")
    return ModelGraph(graph.serialize(), graph.constants)


@dataclass
class _Graph:
    """Collects nodes; every value is known by its name."""

    weights: Weights
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def node(self, operator: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        output = name or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def constant(self, name: str, array: NDArray[Any]) -> str:
        self.constants[name] = np.ascontiguousarray(array)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, name: str, value: str) -> str:
        transposed = self.constant(f"{name}.weight", self.weights[f"{name}.weight"].T)
        return self.node("Add", self.node("MatMul", value, transposed), self.weight(f"{name}.bias"))

    def layer_norm(self, name: str, value: str) -> str:
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=LAYER_NORM_EPSILON)

    def serialize(self) -> bytes:
        shape = ["n_texts", "n_tokens"]
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in INPUTS]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, HIDDEN])
        constants = [_named(name, array) for name, array in self.constants.items()]
        graph = helper.make_graph(self.nodes, "minilm", inputs, [output], constants)
        opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid("com.microsoft", 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()
        return model


def _named(name: str, array: NDArray[Any]) -> TensorProto:
    """Name an array without its content, which would make the model slow to build and to load."""
    data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
    tensor = TensorProto(name=name, data_type=data_type, dims=array.shape, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="memory")
    return tensor


def _embed_tokens(graph: _Graph) -> str:
    words = graph.node("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    n_tokens = graph.node("Shape", "input_ids", start=1, end=2)
    first = graph.constant("first_position", np.array([0]))
    positions = graph.node("Slice", graph.weight("embeddings.position_embeddings.weight"), first, n_tokens)
    segments = graph.node("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    summed = graph.node("Add", graph.node("Add", words, positions), segments)
    return graph.layer_norm("embeddings.LayerNorm", summed)


def _transform(graph: _Graph, layer: str, state: str, mask: str) -> str:
    attended = graph.linear(f"{layer}.attention.output.dense", _attend(graph, layer, state, mask))
    state = graph.layer_norm(f"{layer}.attention.output.LayerNorm", graph.node("Add", attended, state))
    inner = graph.node("Gelu", graph.linear(f"{layer}.intermediate.dense", state))
    outer = graph.linear(f"{layer}.output.dense", inner)
    return graph.layer_norm(f"{layer}.output.LayerNorm", graph.node("Add", outer, state))


def _attend(graph: _Graph, layer: str, state: str, mask: str) -> str:
    names = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[f"{name}.weight"].T for name in names], axis=1)
    bias = np.concatenate([graph.weights[f"{name}.bias"] for name in names])
    inputs = state, graph.constant(f"{layer}.qkv.weight", weight), graph.constant(f"{layer}.qkv.bias", bias), mask
    return graph.node("Attention", *inputs, domain="com.microsoft", num_heads=N_HEADS)
