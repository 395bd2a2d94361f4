"""A BERT and a DistilBERT by hand, so that a file traced from them holds no code of a library's."""

import torch
from torch.nn import functional

NAMES = {
    "bert": dict(
        layer="encoder_layer_{}_",
        query="attention_self_query",
        key="attention_self_key",
        value="attention_self_value",
        out="attention_output_dense",
        first_norm="attention_output_LayerNorm",
        wide="intermediate_dense",
        narrow="output_dense",
        second_norm="output_LayerNorm",
    ),
    "distilbert": dict(
        layer="distilbert_transformer_layer_{}_",
        query="attention_q_lin",
        key="attention_k_lin",
        value="attention_v_lin",
        out="attention_out_lin",
        first_norm="sa_layer_norm",
        wide="ffn_lin1",
        narrow="ffn_lin2",
        second_norm="output_layer_norm",
    ),
}


class Blocks(torch.nn.Module):
    """input_ids and attention_mask [rows, tokens] to a dictionary; token types are taken and left unused."""

    def __init__(self, model):
        super().__init__()
        self.kind, config = model.config.model_type, model.config
        self.layers, self.heads = config.num_hidden_layers, config.num_attention_heads
        self.eps = getattr(config, "layer_norm_eps", 1e-12)
        self.names = NAMES[self.kind]
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                self.register_parameter(name.replace(".", "_"), torch.nn.Parameter(tensor.clone()))

    def linear(self, states, name):
        return functional.linear(states, getattr(self, name + "_weight"), getattr(self, name + "_bias"))

    def norm(self, states, name):
        weight, bias = getattr(self, name + "_weight"), getattr(self, name + "_bias")
        return functional.layer_norm(states, weight.shape, weight, bias, self.eps)

    def embedded(self, input_ids):
        prefix = "embeddings_" if self.kind == "bert" else "distilbert_embeddings_"
        words = functional.embedding(input_ids, getattr(self, prefix + "word_embeddings_weight"))
        states = words + getattr(self, prefix + "position_embeddings_weight")[: input_ids.shape[1]]
        if self.kind == "bert":
            states = states + self.embeddings_token_type_embeddings_weight[0]
        return self.norm(states, prefix + "LayerNorm")

    def split(self, states):
        """[rows, tokens, hidden] to [rows, heads, tokens, hidden / heads]."""
        return states.unflatten(2, (self.heads, -1)).transpose(1, 2)

    def block(self, states, unseen, layer):
        at = {name: self.names["layer"].format(layer) + part for name, part in self.names.items()}
        query, key, value = (self.split(self.linear(states, at[name])) for name in ("query", "key", "value"))
        scores = query @ key.transpose(2, 3) / query.shape[-1] ** 0.5
        weights = scores.masked_fill(unseen, -1e30).softmax(-1)
        seen = (weights @ value).transpose(1, 2).flatten(2)
        states = self.norm(states + self.linear(seen, at["out"]), at["first_norm"])
        wide = functional.gelu(self.linear(states, at["wide"]))
        return self.norm(states + self.linear(wide, at["narrow"]), at["second_norm"])

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        states = self.embedded(input_ids)
        unseen = (attention_mask == 0)[:, None, None, :]
        for layer in range(self.layers):
            states = self.block(states, unseen, layer)
        first = states[:, 0]
        if self.kind == "bert":
            return {"last_hidden_state": states, "pooler_output": self.linear(first, "pooler_dense").tanh()}
        return {"logits": self.linear(self.linear(first, "pre_classifier").relu(), "classifier")}
