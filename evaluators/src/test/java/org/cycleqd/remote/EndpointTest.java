package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  private static Endpoint at(String base) {
    return Endpoint.of(URI.create(base), "merged");
  }

  @ParameterizedTest
  @CsvSource({
    "http://host:8000, http://host:8000/v1/models, http://host:8000/health",
    "http://host:8000/, http://host:8000/v1/models, http://host:8000/health",
    "http://host:8000/v1, http://host:8000/v1/models, http://host:8000/health",
    "https://host/v1///, https://host/v1/models, https://host/health",
    "http://[::1]:80/models/a/v1/, http://[::1]:80/models/a/v1/models, http://[::1]:80/health",
    "http://host/api, http://host/api/v1/models, http://host/health"
  })
  void takesABaseWithAndWithoutVersion(String base, String models, String health) {
    assertThat(at(base).call("models")).isEqualTo(URI.create(models));
    assertThat(at(base).outside("/health")).isEqualTo(URI.create(health));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:8000", "ftp://host/v1", "file:///v1", "/v1", "http:///v1"})
  void refusesWhatIsNoWebAddress(String base) {
    assertThatThrownBy(() -> at(base))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base: found " + base)
        .hasMessageContaining("expected http://HOST:PORT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://me:secret@host/", "http://host/v1?key=secret", "http://host/#secret"})
  void refusesAddressesThatCanHoldSecretsWithoutShowingThem(String base) {
    assertThatThrownBy(() -> at(base))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected none")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void refusesAKeyInPlaceOfTheNameOfItsVariableWithoutShowingIt() {
    assertThatThrownBy(() -> at("http://host").withKey("sk-secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected the name of an environment variable")
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "se\ncret", "sécret"})
  void refusesAMissingOrImpossibleKeyWithoutShowingIt(String value) {
    Endpoint endpoint = at("http://host").withKey("MY_KEY");
    assertThatThrownBy(
            () -> new OpenAiClient(endpoint, Map.of("MY_KEY", value)::get, new ManualTiming()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("environment variable MY_KEY: found ")
        .hasMessageContaining("expected the API key of http://host/v1")
        .message()
        .doesNotContain("words")
        .doesNotContain("cret");
  }
}
