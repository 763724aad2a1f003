package org.cycleqd.lm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.cycleqd.lm.text.jinja.TemplateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts as the models' documentation shows them. */
class ChatTemplateTest {

  private static final ChatMessage SYSTEM = new ChatMessage("system", "Be brief.");
  private static final ChatMessage QUESTION = new ChatMessage("user", " Is 1 < 2 & \"so\"? ");
  private static final ChatMessage ANSWER = new ChatMessage("assistant", "Yes.");
  private static final ChatMessage NEXT = new ChatMessage("user", "Why?");
  private static final List<ChatMessage> DIALOGUE = List.of(SYSTEM, QUESTION, ANSWER, NEXT);

  private static final List<Map<String, Object>> TOOLS =
      List.of(
          Map.of(
              "type",
              "function",
              "function",
              new TreeMap<>(
                  Map.of("name", "add", "parameters", Map.of("type", "object"), "return", "int"))));

  @TempDir private Path folder;

  @Test
  void llama2PutsTheSystemsWordsIntoTheFirstQuestion() throws IOException {
    assertThat(render("llama2", DIALOGUE, Map.of()))
        .isEqualTo(
            """
            <s>[INST] <<SYS>>
            Be brief.
            <</SYS>>

             Is 1 < 2 & "so"? [/INST] Yes. </s><s>[INST] Why? [/INST]\
            """);
    assertThat(render("llama2", List.of(NEXT), Map.of())).isEqualTo("<s>[INST] Why? [/INST]");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("llama2", List.of(NEXT, NEXT), Map.of()))
        .withMessageEndingWith(
            "chat_template.jinja: line 1: the template refuses: expected user and assistant in turn,"
                + " found user at 1");
  }

  @Test
  void llama3PutsHeadersBeforeAllTurns() throws IOException {
    assertThat(render("llama3", DIALOGUE, Map.of()))
        .isEqualTo(
            """
            <s><|start_header_id|>system<|end_header_id|>

            Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

            Is 1 < 2 & "so"?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

            Yes.<|eot_id|><|start_header_id|>user<|end_header_id|>

            Why?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

            """);
  }

  @Test
  void llama31WritesTheDay() throws IOException {
    String expected =
        """
        <s><|start_header_id|>system<|end_header_id|>

        Cutting Knowledge Date: December 2023
        Today Date: %s

        Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

        Is 1 < 2 & "so"?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

        Yes.<|eot_id|><|start_header_id|>user<|end_header_id|>

        Why?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

        """;
    assertThat(render("llama31", DIALOGUE, Map.of())).isEqualTo(expected.formatted("03 Sep 2025"));
    assertThat(render("llama31", DIALOGUE, Map.of("date_string", "26 Jul 2024")))
        .isEqualTo(expected.formatted("26 Jul 2024"));
  }

  @Test
  void llama31WritesToolsIntoTheQuestionOrTheSystemsWords() throws IOException {
    String json =
        """
        Answer with a call of one of these functions.

        {
            "name": "add",
            "parameters": {
                "type": "object"
            },
            "return": "int"
        }

        """;
    Object function = TOOLS.getFirst().get("function");
    assertThat(
            render(
                "llama31",
                List.of(NEXT),
                Map.of("tools", List.of(Objects.requireNonNull(function)))))
        .isEqualTo(
            """
            <s><|start_header_id|>system<|end_header_id|>

            Environment: ipython
            Cutting Knowledge Date: December 2023
            Today Date: 03 Sep 2025

            <|eot_id|><|start_header_id|>user<|end_header_id|>

            """
                + json
                + "Why?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    assertThat(
            render(
                "llama31",
                List.of(SYSTEM, NEXT, new ChatMessage("tool", "3")),
                Map.of(
                    "tools",
                    List.of(Objects.requireNonNull(function)),
                    "tools_in_user_message",
                    false,
                    "builtin_tools",
                    List.of("code_interpreter", "search"))))
        .isEqualTo(
            """
            <s><|start_header_id|>system<|end_header_id|>

            Environment: ipython
            Tools: search

            Cutting Knowledge Date: December 2023
            Today Date: 03 Sep 2025

            """
                + json
                + """
                Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

                Why?<|eot_id|><|start_header_id|>ipython<|end_header_id|>

                3<|eot_id|><|start_header_id|>assistant<|end_header_id|>

                """);
  }

  @Test
  void mistralPutsTheSystemsWordsAndToolsBeforeTheLastQuestion() throws IOException {
    assertThat(render("mistral-v3", DIALOGUE, Map.of()))
        .isEqualTo("<s>[INST]  Is 1 < 2 & \"so\"? [/INST] Yes.</s>[INST] Be brief.\n\nWhy?[/INST]");
    assertThat(render("mistral-v3", List.of(NEXT), Map.of("tools", TOOLS)))
        .isEqualTo(
            "<s>[AVAILABLE_TOOLS] [{\"type\": \"function\", \"function\": {\"name\": \"add\","
                + " \"parameters\": {\"type\": \"object\"}}}][/AVAILABLE_TOOLS][INST] Why?[/INST]");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("mistral-v3", List.of(ANSWER), Map.of()))
        .withMessageContaining("line 15: the template refuses: After the system message, user and");
  }

  @Test
  void chatmlMarksAllTurnsAlike() throws IOException {
    String turns =
        """
        <|im_start|>user
         Is 1 < 2 & "so"? <|im_end|>
        <|im_start|>assistant
        Yes.<|im_end|>
        <|im_start|>user
        Why?<|im_end|>
        <|im_start|>assistant
        """;
    assertThat(render("chatml", DIALOGUE, Map.of()))
        .isEqualTo("<|im_start|>system\nBe brief.<|im_end|>\n" + turns);
    assertThat(render("chatml", DIALOGUE.subList(1, 4), Map.of("tools", List.of())))
        .isEqualTo("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n" + turns);
    assertThat(
            render(
                "chatml",
                List.of(SYSTEM, new ChatMessage("tool", "1"), new ChatMessage("tool", "2")),
                Map.of("tools", List.of(Map.of("name", "größer<1>")))))
        .isEqualTo(
            """
            <|im_start|>system
            Be brief.

            # Tools

            <tools>
            {"name": "größer<1>"}
            </tools>

            {"name": <function-name>, "arguments": <args-json-object>}<|im_end|>
            <|im_start|>user
            <tool_response>
            1
            </tool_response>
            <tool_response>
            2
            </tool_response><|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void zephyrWritesRolesOnLinesOfTheirOwn() throws IOException {
    assertThat(render("zephyr", DIALOGUE, Map.of()))
        .isEqualTo(
            """
            <|system|>
            Be brief.</s>
            <|user|>
             Is 1 < 2 & "so"? </s>
            <|assistant|>
            Yes.</s>
            <|user|>
            Why?</s>
            <|assistant|>
            """);
  }

  @Test
  void gemmaKnowsNoSystem() throws IOException {
    assertThat(render("gemma", DIALOGUE.subList(1, 4), Map.of()))
        .isEqualTo(
            """
            <s><start_of_turn>user
            Is 1 < 2 & "so"?<end_of_turn>
            <start_of_turn>model
            Yes.<end_of_turn>
            <start_of_turn>user
            Why?<end_of_turn>
            <start_of_turn>model
            """);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("gemma", DIALOGUE, Map.of()))
        .withMessageContaining("System role not supported");
  }

  @Test
  void vicunaAndAlpacaWriteWords() throws IOException {
    assertThat(render("vicuna", DIALOGUE, Map.of()))
        .isEqualTo("Be brief. USER: Is 1 < 2 & \"so\"? ASSISTANT: Yes.</s>USER: Why? ASSISTANT:");
    assertThat(render("alpaca", DIALOGUE, Map.of()))
        .isEqualTo(
            """
            Be brief.

            ### Instruction:
            Is 1 < 2 & "so"?

            ### Response:
            Yes.

            ### Instruction:
            Why?

            ### Response:
            """);
  }

  @Test
  void whatWasThoughtIsLeftOutLater() throws IOException {
    ChatMessage thoughtful = new ChatMessage("assistant", "<think>\n1, 2\n</think>\n\nYes.");
    assertThat(render("thinking", List.of(SYSTEM, SYSTEM, QUESTION, thoughtful, NEXT), Map.of()))
        .isEqualTo(
            "<s>Be brief.\n\nBe brief.<｜User｜> Is 1 < 2 & \"so\"? <｜Assistant｜>Yes."
                + "<｜end▁of▁sentence｜><｜User｜>Why?<｜Assistant｜><think>\n");
  }

  @Test
  void theAssistantsTurnIsBegunOnlyOnRequest() throws IOException {
    use("llama3");
    assertThat(template().render(List.of(NEXT), false, Map.of()))
        .isEqualTo("<s><|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>");
  }

  @Test
  void aFolderMayHaveNoTemplateOneOrSeveral() throws IOException {
    assertThat(ChatTemplate.of(folder)).isEmpty();
    settings("{\"bos_token\": \"<s>\"}");
    assertThat(ChatTemplate.of(folder)).isEmpty();
    settings(
        """
        {"bos_token": {"content": "<s>", "special": true}, "pad_token": null,
         "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ pad_token is defined }}"}
        """);
    assertThat(template().render(List.of(NEXT), false, Map.of())).isEqualTo("<s>Why?False");
    settings(
        """
        {"chat_template": [{"name": "default", "template": "plain {{ tools is none }}"},
                           {"name": "tool_use", "template": "tools {{ tools | length }}"}]}
        """);
    assertThat(template().render(List.of(NEXT), false, Map.of())).isEqualTo("plain True");
    assertThat(template().render(List.of(NEXT), false, Map.of("tools", TOOLS)))
        .isEqualTo("tools 1");
    Files.writeString(folder.resolve("chat_template.jinja"), "file {{ eos_token }}\n");
    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"eos_token\": {\"content\": \"</s>\"}}");
    assertThat(template().render(List.of(NEXT), false, Map.of("tools", TOOLS)))
        .isEqualTo("file </s>");
    Files.createDirectory(folder.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), "further");
    assertThat(template().render(List.of(NEXT), false, Map.of("tools", TOOLS)))
        .isEqualTo("further");
  }

  @Test
  void brokenTemplatesAreRefusedByFileAndLine() throws IOException {
    Path settings = folder.resolve("tokenizer_config.json");
    settings("{\"chat_template\": \"a\\n{% if %}\"}");
    assertThatThrownBy(() -> ChatTemplate.of(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(settings + ": chat_template: line 2: found '%}', expected an expression");
    settings("{\"chat_template\": [{\"name\": \"rag\", \"template\": \"{{ x | y }}\"}]}");
    assertThatThrownBy(() -> ChatTemplate.of(folder))
        .hasMessage(settings + ": chat_template rag: line 1: the filter y is not known");
    settings("{\"chat_template\": [{\"name\": \"rag\", \"template\": \"\"}]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template().render(DIALOGUE, true, Map.of()))
        .withMessage("chat_template: found templates [rag], expected one named default");
    settings("{\"chat_template\": 7}");
    assertThatThrownBy(() -> ChatTemplate.of(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chat_template: found 7, expected a template or a list of objects");
    settings("{\"chat_template\": [{\"name\": \"default\"}]}");
    assertThatThrownBy(() -> ChatTemplate.of(folder)).isInstanceOf(IOException.class);
    settings("{\"chat_template\": ");
    assertThatThrownBy(() -> ChatTemplate.of(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(settings + ": found malformed JSON");
  }

  @Test
  void extraVariablesDoNotReplaceTheDialogue() throws IOException {
    use("llama3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template().render(DIALOGUE, true, Map.of("messages", List.of())))
        .withMessageContaining("extra variables: found messages");
    assertThatIllegalArgumentException().isThrownBy(() -> new ChatMessage("", "a"));
  }

  private String render(String name, List<ChatMessage> messages, Map<String, ?> extra)
      throws IOException {
    use(name);
    return template().render(messages, true, extra);
  }

  private void use(String name) throws IOException {
    settings("{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}}");
    try (InputStream source =
        Objects.requireNonNull(
            ChatTemplateTest.class.getResourceAsStream("chat/" + name + ".jinja"), name)) {
      Files.write(folder.resolve("chat_template.jinja"), source.readAllBytes());
    }
  }

  private ChatTemplate template() throws IOException {
    Clock clock = Clock.fixed(Instant.parse("2025-09-03T15:04:05Z"), ZoneOffset.UTC);
    return ChatTemplate.of(folder).orElseThrow().withClock(clock);
  }

  private void settings(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }
}
