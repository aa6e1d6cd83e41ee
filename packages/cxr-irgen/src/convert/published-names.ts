import type { RenameRule } from '@cxrkit/nn/checkpoint';

/** How the weights of a part are called in the files they are published in. */
export interface PublishedNames {
  /** A weight that the part always has: what stands before it in a file stands before all names of the part. */
  readonly anchor: string;
  /** What the part's names begin with. */
  readonly family: RegExp;
  /** Names of the family that our graphs do not take: buffers, and heads for other tasks. */
  readonly ignored?: RegExp;
  /** From the file's names to ours, where they differ. */
  readonly rules?: readonly RenameRule[];
}

/** Hugging Face's `CLIPTextModel`, alone, in a `CLIPModel`, or in whatever holds one. */
export const CLIP_TEXT_NAMES: PublishedNames = {
  anchor: 'text_model.embeddings.token_embedding.weight',
  family: /^text_model\./,
  ignored: /\.position_ids$/,
};

/** Hugging Face's `CLIPVisionModel`, likewise. */
export const CLIP_VISION_NAMES: PublishedNames = {
  anchor: 'vision_model.embeddings.class_embedding',
  family: /^vision_model\./,
  ignored: /\.position_ids$/,
};

/** diffusers' `AutoencoderKL`; since 0.15 it saves its attention under the names of the UNet's. */
export const VAE_NAMES: PublishedNames = {
  anchor: 'post_quant_conv.weight',
  family: /^(encoder|decoder|quant_conv|post_quant_conv)\./,
  rules: [
    [/(\.attentions\.\d+)\.to_q\./, '$1.query.'],
    [/(\.attentions\.\d+)\.to_k\./, '$1.key.'],
    [/(\.attentions\.\d+)\.to_v\./, '$1.value.'],
    [/(\.attentions\.\d+)\.to_out\.0\./, '$1.proj_attn.'],
  ],
};

/** diffusers' `UNet2DConditionModel`, whose names we have. */
export const UNET_NAMES: PublishedNames = {
  anchor: 'time_embedding.linear_1.weight',
  family:
    /^(conv_in|time_embedding|down_blocks|mid_block|up_blocks|conv_norm_out|conv_out|class_embedding|add_embedding)\./,
};

/** `libs/uvit.py` of U-ViT, whose names we have; CXR-IRGen has no use for its classes. */
export const U_VIT_NAMES: PublishedNames = {
  anchor: 'pos_embed',
  family:
    /^(pos_embed$|(patch_embed|time_embed|label_emb|in_blocks|mid_block|out_blocks|norm|decoder_pred|final_layer)\.)/,
  ignored: /^label_emb\./,
};

/**
 * Hugging Face's `BartForConditionalGeneration`: the embeddings are stored up to four times; with one key to attend to,
 * queries and keys of the cross-attention do nothing.
 */
export const BART_NAMES: PublishedNames = {
  anchor: 'model.shared.weight',
  family: /^(model\.|lm_head\.|final_logits_bias$)/,
  ignored: /^lm_head\.|\.embed_tokens\.weight$|\.encoder_attn\.[qk]_proj\./,
};

/** Hugging Face's `ViTModel`. */
export const PRIOR_NAMES: PublishedNames = {
  anchor: 'embeddings.cls_token',
  family: /^(embeddings|encoder|layernorm|pooler)\./,
};
