/**
 * Text for language models: tokenizers and chat templates.
 *
 * <p>A {@link org.cycleqd.lm.text.Tokenizer} is opened from a model folder. Whatever form its files
 * have (a {@code tokenizer.json}, a SentencePiece model, GPT-2's pair of files, a vocabulary of
 * llama2.c), it becomes a {@code tokenizer.json}, which one library splits texts by. Plain text and
 * text with special tokens in it are encoded by two calls, so that nothing a user writes can end a
 * turn by accident. Decoding works on the bytes of tokens, so that a text can be decoded while it
 * grows: {@link org.cycleqd.lm.text.StreamDecoder}.
 *
 * <p>A {@link org.cycleqd.lm.text.ChatTemplate} writes a dialogue of {@link
 * org.cycleqd.lm.text.ChatMessage}s as the text that a model was trained on.
 */
@NullMarked
package org.cycleqd.lm.text;

import org.jspecify.annotations.NullMarked;
