/**
 * Models behind OpenAI-compatible servers: vLLM, SGLang, llama.cpp's {@code llama-server}, Ollama.
 *
 * <p>An {@link org.cycleqd.remote.OpenAiClient} talks to one {@link org.cycleqd.remote.Endpoint}.
 * It completes prompts and chats, one or many at once with a bound on the requests in flight, and
 * repeats what failed for a passing reason. A {@link org.cycleqd.remote.ScoreRequest} asks for the
 * log-likelihood of a continuation; servers differ in what they tell about a prompt's tokens, and
 * where they do not tell enough the score is refused, never guessed. A {@link
 * org.cycleqd.remote.Reload} makes a server take over an exported model. The module's README lists
 * the differences between the servers and configurations that reload them.
 *
 * <p>Everything that can go wrong with a server is a {@link org.cycleqd.remote.RemoteException}.
 * API keys come from the environment and appear in no message.
 */
@NullMarked
package org.cycleqd.remote;

import org.jspecify.annotations.NullMarked;
