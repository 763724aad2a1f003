package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.cycleqd.remote.Reload.Ready;
import org.cycleqd.remote.Reload.Step;
import org.cycleqd.remote.TestServer.Answer;
import org.cycleqd.remote.TestServer.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadTest {

  private static final Ready HEALTH = new Ready("/health", Duration.ofMinutes(5));

  private final ManualTiming timing = new ManualTiming();

  private OpenAiClient client(Endpoint endpoint) {
    return new OpenAiClient(endpoint, Map.of("MY_KEY", "sk-secret")::get, timing);
  }

  private static Reload.Http http(String path, String json) {
    return new Reload.Http(List.of(new Step("POST", path, json)), HEALTH);
  }

  @Test
  void noneAsksNothing() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      client.reload(new Reload.None(), Path.of("/models/m"));
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void makesTheCallsInOrderAndWaitsUntilTheServerIsHealthy() throws Exception {
    Reload.Http reload =
        new Reload.Http(
            List.of(
                new Step("POST", "/sleep?level=2", ""),
                new Step(
                    "post",
                    "/collective_rpc",
                    """
                    {"method": "reload_weights", "kwargs": {"weights_path": "{folder}", "n": 1,
                     "list": ["a{folder}/b", null, true]}}
                    """)),
            HEALTH);
    // A name with quotes could end a string of the template if it were put in as text.
    Path folder = Path.of("/models/the \"best\", {x}\\");
    try (TestServer server =
            TestServer.inTurn(
                new Answer(200, "", Map.of(), ""),
                Answer.json("{\"results\": [null]}"),
                Answer.json(503, "{\"error\": {\"message\": \"Loading model\"}}"),
                Answer.json(503, ""),
                new Answer(200, "", Map.of(), ""));
        OpenAiClient client = client(server.endpoint().withKey("MY_KEY"))) {
      client.reload(reload, folder);
      assertThat(server.seen())
          .extracting(Seen::method, Seen::path)
          .containsExactly(
              tuple("POST", "/sleep?level=2"),
              tuple("POST", "/collective_rpc"),
              tuple("GET", "/health"),
              tuple("GET", "/health"),
              tuple("GET", "/health"));
      assertThat(server.seen())
          .extracting(seen -> seen.header("Authorization"))
          .containsOnly("Bearer sk-secret");
      assertThat(server.seen().get(0).body()).isEmpty();
      assertThat(Json.read(server.seen().get(1).body()))
          .isEqualTo(
              Json.read(
                  """
                  {"method": "reload_weights", "kwargs": {
                    "weights_path": "/models/the \\"best\\", {x}\\\\", "n": 1,
                    "list": ["a/models/the \\"best\\", {x}\\\\/b", null, true]}}
                  """));
      assertThat(timing.sleeps()).hasSize(2);
    }
  }

  @Test
  void aServerElsewhereDoesNotGetTheKey() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        TestServer other = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint().withKey("MY_KEY"))) {
      client.reload(http(other.address() + "/load", "{\"m\": \"{folder}\"}"), Path.of("/m"));
      assertThat(other.seen()).hasSize(1);
      assertThat(other.seen().getFirst().header("Authorization")).isEmpty();
      assertThat(other.seen().getFirst().body()).isEqualTo("{\"m\":\"/m\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"success\": false, \"message\": \"no such folder\", \"num_paused_requests\": 0}",
        "{\"error\": {\"message\": \"no such folder\"}}"
      })
  void aFailureThatIsCalledSuccessIsSeen(String json) throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json(json));
        OpenAiClient client = client(server.endpoint())) {
      assertThatThrownBy(() -> client.reload(http("/update", "{}"), Path.of("/m")))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("/update: status 200: found 'no such folder', expected success");
      assertThat(server.seen()).hasSize(1);
    }
  }

  @Test
  void aCallThatFailsIsNotRepeated() throws Exception {
    try (TestServer server =
            TestServer.inTurn(Answer.json(500, "{\"detail\": \"out of memory\"}"));
        OpenAiClient client = client(server.endpoint())) {
      assertThatThrownBy(() -> client.reload(http("/update", "{}"), Path.of("/m")))
          .hasMessageContaining("status 500: found 'out of memory'");
      assertThat(server.seen()).hasSize(1);
    }
  }

  @Test
  void aServerThatDoesNotComeBackIsGivenUpInTime() throws Exception {
    try (TestServer server =
            TestServer.inTurn(Answer.json("{}"), Answer.json(503, "{\"error\": \"loading\"}"));
        OpenAiClient client = client(server.endpoint())) {
      assertThatThrownBy(() -> client.reload(http("/update", "{}"), Path.of("/m")))
          .hasMessageContaining("/health: status 503: found 'loading'")
          .hasMessageEndingWith("(not ready within PT5M)");
      assertThat(timing.sleeps().stream().reduce(Duration.ZERO, Duration::plus))
          .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }
  }

  @Test
  void aHealthPathThatDoesNotExistIsNotWaitedFor() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{}"), Answer.json(404, "nothing"));
        OpenAiClient client = client(server.endpoint())) {
      assertThatThrownBy(() -> client.reload(http("/update", "{}"), Path.of("/m")))
          .hasMessageContaining("/health: status 404: found 'nothing'");
      assertThat(timing.sleeps()).isEmpty();
    }
  }

  @Test
  void requestsAndReloadsDoNotMeet() throws Exception {
    CountDownLatch reloading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (TestServer server =
            new TestServer(seen -> {
              if (seen.path().equals("/update")) {
                reloading.countDown();
                goOn.await();
              }
              return Answer.json("{\"data\": [{\"id\": \"m\"}]}");
            });
        OpenAiClient client = client(server.endpoint().within(3, 1 << 20))) {
      Thread other = Thread.ofVirtual().unstarted(() -> quietly(client::models));
      Thread reload =
          Thread.ofVirtual()
              .start(() ->
                  quietly(() -> {
                    client.reload(http("/update", "{}"), Path.of("/m"));
                    return "";
                  }));
      reloading.await();
      other.start();
      while (other.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      other.join();
      reload.join();
      assertThat(server.seen())
          .extracting(Seen::path)
          .containsExactly("/update", "/health", "/v1/models");
    }
  }

  private static void quietly(Callable<?> action) {
    try {
      action.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void runsAProgramWithoutAShell(@TempDir Path temp) throws Exception {
    Path script = temp.resolve("serve");
    Files.writeString(script, "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$1/arguments\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Path folder = Files.createDirectory(temp.resolve("a b; $(touch x)"));
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      client.reload(
          new Reload.Command(
              List.of(script.toString(), "{folder}", "--model={folder}", "*", "$HOME"), HEALTH),
          folder);
      assertThat(server.seen()).extracting(Seen::path).containsExactly("/health");
    }
    assertThat(Files.readAllLines(folder.resolve("arguments")))
        .containsExactly(folder.toString(), "--model=" + folder, "*", "$HOME");
  }

  @Test
  void quotesTheEndOfWhatAProgramWroteThatFails() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      List<String> words = List.of("/bin/sh", "-c", "seq 9999 >&2; echo no GPU sk-secret; exit 3");
      assertThatThrownBy(() -> client.reload(new Reload.Command(words, HEALTH), Path.of("/m")))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("found exit status 3")
          .hasMessageContaining("no GPU");
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void namesAProgramThatIsNotThere() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      Reload reload = new Reload.Command(List.of("/no/such/program"), HEALTH);
      assertThatThrownBy(() -> client.reload(reload, Path.of("/m")))
          .hasMessageContaining("found no program that starts")
          .hasMessageContaining("/no/such/program");
    }
  }

  @Test
  void killsAProgramThatIsLateAndAllThatItStarted(@TempDir Path temp) throws Exception {
    Path pids = temp.resolve("pids");
    String script =
        "exec 3>'%s'; echo $$ >&3; sleep 600 & echo $! >&3; (sleep 601 & echo $! >&3); sleep 602"
            .formatted(pids);
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      Reload late =
          new Reload.Command(
              List.of("/bin/sh", "-c", script), new Ready("/health", Duration.ofSeconds(1)));
      assertThatThrownBy(() -> client.reload(late, Path.of("/m")))
          .hasMessageContaining("found no end within PT1S");
    }
    List<String> started = Files.readAllLines(pids);
    assertThat(started).hasSize(3).allSatisfy(pid -> assertThat(running(pid)).isFalse());
  }

  @Test
  void anInterruptionKillsTheProgram(@TempDir Path temp) throws Exception {
    Path pid = temp.resolve("pid");
    try (TestServer server = TestServer.inTurn(Answer.json("{}"));
        OpenAiClient client = client(server.endpoint())) {
      String script = "echo $$ >'%s.new'; mv '%s.new' '%s'; sleep 600".formatted(pid, pid, pid);
      Reload.Command command = new Reload.Command(List.of("/bin/sh", "-c", script), HEALTH);
      Thread thread =
          Thread.ofPlatform()
              .start(() ->
                  assertThatThrownBy(() -> client.reload(command, Path.of("/m")))
                      .isInstanceOf(InterruptedException.class));
      while (!Files.exists(pid)) {
        Thread.sleep(5);
      }
      thread.interrupt();
      thread.join();
    }
    assertThat(running(Files.readString(pid).strip())).isFalse();
  }

  /** Whether a process runs; one that was killed may wait for its parent to notice. */
  private static boolean running(String pid) throws IOException {
    Path stat = Path.of("/proc", pid, "stat");
    try {
      String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return !text.substring(text.lastIndexOf(')')).startsWith(") Z");
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PATCH", ""})
  void refusesOtherMethods(String method) {
    assertThatThrownBy(() -> new Step(method, "/x", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected GET, POST or PUT");
  }

  @Test
  void refusesTemplatesAndAddressesThatCannotWork() {
    assertThatThrownBy(() -> new Step("POST", "/x", "{\"a\": {folder}}"))
        .hasMessageContaining("json: found malformed JSON");
    assertThatThrownBy(() -> new Step("POST", "sleep", "")).hasMessageContaining("found 'sleep'");
    assertThatThrownBy(() -> new Step("POST", "ftp://host/x", ""))
        .hasMessageContaining("found 'ftp://host/x'");
    assertThatThrownBy(() -> new Ready("health", Duration.ofSeconds(1)))
        .hasMessageContaining("found path 'health'");
    assertThatThrownBy(() -> new Reload.Http(List.of(), HEALTH)).hasMessageContaining("steps");
    assertThatThrownBy(() -> new Reload.Command(List.of(), HEALTH))
        .hasMessageContaining("arguments");
  }
}
