package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.StreamDecoder;
import org.cycleqd.lm.text.Tokenizer;

/**
 * A model that runs here. What its cache holds of a dialogue is not computed again, and a limit
 * that the context has no room for is cut to what is left.
 */
public final class LocalChat implements ChatModel {

  private final DecodingLoop loop;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Set<Integer> ends;
  private final Map<String, ?> extra;

  /**
   * Joins a model with what turns dialogues into tokens; closes none of it.
   *
   * @param ends tokens that end a reply
   * @param extra further variables of the template, such as {@code date_string}
   */
  public LocalChat(
      DecodingLoop loop,
      Tokenizer tokenizer,
      ChatTemplate template,
      Set<Integer> ends,
      Map<String, ?> extra) {
    this.loop = loop;
    this.tokenizer = tokenizer;
    this.template = template;
    this.ends = Set.copyOf(ends);
    this.extra = Map.copyOf(extra);
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.cycleqd.lm.text.jinja.TemplateException if the template refuses the chat
   */
  @Override
  public Reply reply(List<ChatMessage> messages, Sampling sampling, int limit)
      throws IOException, InterruptedException {
    int[] prompt = tokenizer.encodeWithSpecial(template.render(messages, true, extra));
    int room = loop.capacity() - prompt.length;
    if (room < 1) {
      return new Reply.NoRoom(
          "the chat has %d tokens, expected less than the context's %d"
              .formatted(prompt.length, loop.capacity()));
    }
    Generation generation = new Generation(Math.min(limit, room), ends, sampling);
    int[] ids = decoded(prompt, generation);
    return new Reply.Said(text(prompt, ids), ids.length, !ended(ids));
  }

  private int[] decoded(int[] prompt, Generation generation)
      throws IOException, InterruptedException {
    CompletableFuture<Answer> answer =
        loop.submit(new Request(prompt, new int[0]), generation, Detail.NONE);
    try {
      return answer.get().ids();
    } catch (ExecutionException e) {
      throw new IOException("the model failed: " + e.getCause(), e);
    } catch (CancellationException e) {
      throw new IOException("the model was closed", e);
    } finally {
      answer.cancel(false); // where this thread was interrupted, somebody else gets the place
    }
  }

  private boolean ended(int[] ids) {
    return ids.length > 0 && ends.contains(ids[ids.length - 1]);
  }

  private String text(int[] prompt, int[] ids) {
    StreamDecoder stream = tokenizer.stream(true);
    // Behind the prompt, a space at the reply's beginning is one.
    Arrays.stream(prompt).forEach(stream::push);
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids, 0, ended(ids) ? ids.length - 1 : ids.length)
        .forEach(id -> text.append(stream.push(id)));
    return text.append(stream.finish()).toString();
  }
}
