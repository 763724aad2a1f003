/**
 * A model behind an HTTP endpoint on this machine that clients of the OpenAI protocol understand:
 * {@code /v1/models}, {@code /v1/completions} and {@code /v1/chat/completions}, whole or streamed.
 *
 * <p>All requests share the batches of one {@link org.cycleqd.lm.DecodingLoop}. What a request asks
 * for and this server does not do is refused by the field's name, never ignored.
 */
@NullMarked
package org.cycleqd.serve;

import org.jspecify.annotations.NullMarked;
