/**
 * Tasks that are dialogues: an environment speaks, a model replies, until there is a verdict.
 *
 * <p>A {@link org.cycleqd.dialogue.Dialogue} is one environment. {@link
 * org.cycleqd.dialogue.Conversations} carries on hundreds of them with a {@link
 * org.cycleqd.dialogue.ChatModel}, which decodes here ({@link org.cycleqd.dialogue.LocalChat}) or
 * is behind a server ({@link org.cycleqd.dialogue.RemoteChat}). While an environment works, the
 * model replies to others.
 */
@NullMarked
package org.cycleqd.dialogue;

import org.jspecify.annotations.NullMarked;
