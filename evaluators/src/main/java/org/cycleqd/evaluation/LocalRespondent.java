package org.cycleqd.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.dialogue.ChatModel;
import org.cycleqd.dialogue.Conversations;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.DialogueLimits;
import org.cycleqd.dialogue.LocalChat;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.lm.Continuation;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.Likelihood;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.TextStops;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.lm.text.jinja.TemplateException;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.TextMeasure;

/** A model in this process. */
public final class LocalRespondent implements Respondent {

  /** Sequences decoded at once. */
  private static final int ROWS = 256;

  private static final int LINE_TOKENS = 64;

  private final LiveModel model;
  private final Tokenizer tokenizer;
  private final LlamaConfig config;
  private final TextModel.Format format;
  private final Optional<String> identity;
  private final Talking talking;
  private final Set<Integer> ends;

  /**
   * Joins a model with its tokenizer; closes neither.
   *
   * @param identity names the model by its content, if answers are to be kept
   */
  public LocalRespondent(
      LiveModel model, Tokenizer tokenizer, LlamaConfig config, Optional<String> identity) {
    this(model, tokenizer, config, identity, Talking.none());
  }

  /**
   * Joins a model with its tokenizer; closes neither.
   *
   * @param identity names the model by its content, if answers are to be kept
   */
  public LocalRespondent(
      LiveModel model,
      Tokenizer tokenizer,
      LlamaConfig config,
      Optional<String> identity,
      Talking talking) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.config = config;
    this.format = TextModel.Format.of(config);
    this.identity = identity;
    this.talking = talking;
    this.ends = Set.copyOf(config.specialTokens().ends());
  }

  @Override
  public Optional<String> identity() {
    return identity;
  }

  @Override
  public String chat() {
    try {
      return talking.text(model.runtime().positions());
    } catch (TemplateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public List<Response> answer(
      Asking asking, List<Item> items, OptionalInt limit, Function<Item, Sampling> sampling) {
    return switch (asking) {
      case Asking.Line _ -> lines(items, sampling, limit.orElse(LINE_TOKENS));
      case Asking.Completion how -> completions(how, items, sampling, limit.orElse(how.tokens()));
      case Asking.Choice how -> choices(Choices.of(how.by(), items));
      case Asking.Program _ -> throw new IllegalArgumentException("a program is run");
      case Asking.Talk _ -> throw new IllegalArgumentException("a dialogue is carried on");
      case Asking.Probability _ -> items.stream().map(item -> measure(item.prompt())).toList();
    };
  }

  @Override
  public <V> List<Transcript<V>> talk(
      List<? extends Dialogue<V>> dialogues,
      DialogueLimits limits,
      Sampling sampling,
      IntConsumer progress)
      throws IOException, InterruptedException {
    ChatTemplate template =
        talking
            .template()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "a dialogue needs a chat template, found neither chat_template.jinja nor"
                        + " chat_template in tokenizer_config.json"));
    int context = talking.context(model.runtime().positions());
    int rows = Math.min(dialogues.size(), talking.rows(config, context));
    try (DecodingLoop loop = new DecodingLoop(model, rows, context)) {
      ChatModel chat = new LocalChat(loop, tokenizer, template, ends, Map.of());
      // Some more than rows: while their environments work, the rows are filled by others. Many
      // more would push each other's beginnings out of the cache.
      return new Conversations(chat, limits, sampling, rows + Math.ceilDiv(rows, 4))
          .run(dialogues, progress);
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof TemplateException refused) {
        throw new IllegalArgumentException(refused.getMessage(), refused);
      }
      throw e;
    }
  }

  private List<Response> lines(List<Item> items, Function<Item, Sampling> sampling, int limit) {
    List<Request> requests =
        items.stream()
            .map(item -> format.request(tokenizer, item.prompt(), item.reference()))
            .toList();
    return new TextModel(model, tokenizer)
        .answers(requests, generations(items, sampling, limit), ROWS).stream()
            .map(answered -> new Response(answered.text(), List.of(), answered.ids().length))
            .toList();
  }

  private List<Response> completions(
      Asking.Completion how, List<Item> items, Function<Item, Sampling> sampling, int limit) {
    List<Request> requests =
        items.stream()
            .map(item -> new Request(format.prompt(tokenizer, item.prompt()), new int[0]))
            .toList();
    int positions = model.runtime().positions();
    int longest = 0;
    for (int i = 0; i < items.size(); i++) {
      int length = requests.get(i).prompt().length;
      if (length >= positions) {
        throw new IllegalArgumentException(
            "item %s: the prompt has %d tokens, the model's context %d"
                .formatted(items.get(i).id(), length, positions));
      }
      longest = Math.max(longest, length);
    }
    int room = Math.max(1, Math.min(limit, positions - longest));
    List<Generation> ways =
        generations(items, sampling, room).stream()
            .map(way -> way.until(TextStops.of(tokenizer, how.stops())))
            .toList();
    return model.generate(requests, ways, ROWS).stream()
        .map(answer -> {
          int[] ids = answer.ids();
          boolean ended = ids.length > 0 && ends.contains(ids[ids.length - 1]);
          String text = tokenizer.decode(ended ? Arrays.copyOf(ids, ids.length - 1) : ids);
          return new Response(how.cut(text), List.of(), ids.length);
        })
        .toList();
  }

  private List<Generation> generations(
      List<Item> items, Function<Item, Sampling> sampling, int limit) {
    return items.stream().map(item -> new Generation(limit, ends, sampling.apply(item))).toList();
  }

  private List<Response> choices(Choices choices) {
    List<Continuation> continuations = choices.parts().stream().map(this::continuation).toList();
    List<Choices.Found> found =
        model.score(continuations, ROWS).stream()
            .map(each -> new Choices.Found(each.sum(), each.logProbabilities().length))
            .toList();
    return choices.responses(found);
  }

  /**
   * Prompt and continuation are tokenised in one piece, as in lm-evaluation-harness, and cut after
   * as many tokens as the prompt has alone.
   */
  private Continuation continuation(Choices.Part part) {
    int[] prompt = format.prompt(tokenizer, part.prompt());
    int[] whole = format.prompt(tokenizer, part.prompt() + part.continuation());
    int cut = Math.min(prompt.length, whole.length - 1);
    return new Continuation(
        Arrays.copyOf(whole, cut), Arrays.copyOfRange(whole, cut, whole.length));
  }

  /**
   * A text's probability, in windows as long as the context that do not overlap; each begins after
   * the last token of the one before it, the first after the begin token. Without one the first
   * token of the text is given.
   */
  private TextMeasure probability(String text) {
    int[] ids = format.prompt(tokenizer, text);
    if (ids.length < 2) {
      throw new IllegalArgumentException("a text of one token has no probability");
    }
    int window = model.runtime().positions() - 1;
    List<Continuation> windows = new ArrayList<>();
    for (int at = 1; at < ids.length; at += window) {
      int end = Math.min(ids.length, at + window);
      windows.add(new Continuation(new int[] {ids[at - 1]}, Arrays.copyOfRange(ids, at, end)));
    }
    double sum = model.score(windows, ROWS).stream().mapToDouble(Likelihood::sum).sum();
    return new TextMeasure(sum, ids.length - 1, text.getBytes(StandardCharsets.UTF_8).length);
  }

  private Response measure(String text) {
    TextMeasure measure = probability(text);
    return new Response(measure.toString(), List.of(), measure.tokens());
  }
}
