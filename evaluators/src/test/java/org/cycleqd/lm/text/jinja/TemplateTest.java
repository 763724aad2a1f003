package org.cycleqd.lm.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-09-03T15:04:05Z"), ZoneOffset.UTC);
  private static final Limits SMALL = new Limits(1000, 10_000, 100_000, 100);

  @Test
  void messagesNameTemplateLineAndReason() {
    assertFails("a\nb\n{{ x.y }}", "t: line 3: 'x' is undefined");
    assertFails("a\n{% for i in [1] %}\n\n{{ 'a' + 1 }}\n{% endfor %}", "t: line 4: +: found text");
    assertFails("{% macro f() %}\n\n{{ x.y }}{% endmacro %}\n\n{{ f() }}", "t: line 3: 'x'");
    assertFails("{% macro f() %}\n\nx{% endmacro %}\n\n{{ f() + 1 }}", "t: line 5: +: found text");
    assertFails("\n\n{% if %}", "t: line 3: found '%}', expected an expression");
    assertFails("\n{% if true %}", "t: line 2: found the end of the template, expected one of");
    assertFails("\n{{ 'a' | shout }}", "t: line 2: the filter shout is not known");
    assertFails("\n{{ 'a' is loud }}", "t: line 2: the test loud is not known");
    assertFails("\n{% include 'a' %}", "t: line 2: the tag include is not known here");
    assertFails("{{ raise_exception('no tools') }}", "t: line 1: the template refuses: no tools");
    assertFails("{{ 'a' | replace('b') }}", "replace: argument new is missing");
    assertFails("{{ range(1, 2, 3, 4) }}", "range: found 4 arguments, expected at most 3");
    assertFails("{{ 'a' | trim(chars='a', side='left') }}", "trim: found arguments [chars, side]");
    assertFails("{{ \"\\N{DASH}\" }}", "character names in strings are not known");
  }

  /** Python would print the generator itself, and find it empty the second time. */
  @Test
  void whatPythonComputesLazilyIsReadOnlyOnce() {
    assertFails("{{ [1] | map('string') }}", "found a generator, which cannot be printed");
    assertFails(
        "{% set g = [1] | map('string') %}{{ g | list }}{{ g | list }}",
        "found a generator that was read before");
  }

  @Test
  void textMarkedSafeIsWrittenButNotJoined() {
    assertThat(render("{{ '<a>' | safe }}{{ ('<b>' | safe) ~ '<c>' }}")).isEqualTo("<a><b><c>");
    assertFails("{{ ('<a>' | safe) + '<b>' }}", "+: found text and text");
  }

  @Test
  void marksOfTheAssistantsPartAreWrittenThrough() {
    assertThat(
            render(
                "{% for i in [1, 2] %}\n{% generation %}\n{{ i }}{% set x = i %}\n"
                    + "{% endgeneration %}\n{{ x is defined }}\n{% endfor %}"))
        .isEqualTo("1False\n2False\n");
  }

  @Test
  void datesAreWrittenInThePlainLocale() {
    assertThat(render("{{ strftime_now('%d %b %Y, %A %-d %B %y, %I:%M:%S %p, %j, %F %T %a') }}"))
        .isEqualTo(
            "03 Sep 2025, Wednesday 3 September 25, 03:04:05 PM, 246, 2025-09-03 15:04:05 Wed");
    assertFails("{{ strftime_now('%Q') }}", "strftime_now: the directive %Q is not known");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ ''.class }}{{ ''.class.name }}",
        "{{ messages.getClass().forName('java.lang.Runtime') }}",
        "{{ ''['getClass']() }}",
        "{{ messages.stream() }}",
        "{{ messages.class.classLoader.loadClass('java.lang.Runtime') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ raise_exception.__globals__ }}",
        "{{ [''] | map(attribute='__class__') | list }}",
        "{{ [''] | map(attribute='class.name') | list }}",
        "{{ namespace.__init__ }}",
        "{{ messages.add(1) }}",
        "{{ messages.append(1) }}",
        "{{ messages.clear() }}",
        "{{ settings.put('a', 1) }}",
        "{{ settings.update(a=1) }}",
        "{{ settings.pop('a') }}",
        "{% set settings.a = 1 %}"
      })
  void nothingLeadsOutOrChangesWhatIsGiven(String attack) {
    Map<String, Object> variables =
        Map.of("messages", List.of("a"), "settings", new HashMap<>(Map.of("a", "b")));
    Template template = Template.parse("t", attack);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> template.render(variables, CLOCK, Limits.STANDARD));
    assertThat(variables.get("settings")).isEqualTo(Map.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% for i in range(300) %}{% for j in range(300) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 'aaaaaaaa' * 1000 }}",
        "{% set ns = namespace(x='a') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(50) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(50) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(50) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(500) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns.x }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{{ f(n + 1) ~ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{{ ('a' * 500).replace('a', 'b' * 500) }}",
        "{{ ('a' * 900) | replace('a', 'b' * 900) }}",
        "{{ ('a' * 500).join(('b' * 500) | list) }}",
        "{{ (('a' * 900) | list) | join('b' * 900) }}",
        "{{ [[1]] | tojson(indent=1000000000) }}",
        "{{ 'a\nb' | indent(1000000000) * 1000 }}",
        "{% for i in range(5000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}",
        "{% set x = 'a' * 900 %}{% for i in range(5000) %}{% if x.upper() %}{% endif %}{% endfor %}",
        "{% set x = 'a' * 900 %}{% for i in range(5000) %}{% if 'b' in x %}{% endif %}{% endfor %}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ 9223372036854775807 + 1 }}"
      })
  void aHostileTemplateIsStopped(String attack) {
    Template template = Template.parse("t", attack);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> template.render(Map.of(), CLOCK, SMALL));
  }

  @Test
  void deepSourcesNeverExhaustTheStack() {
    assertFails("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}", "nested more than");
    assertFails("{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}", "nested more than");
    assertFails("{{ " + "not ".repeat(50_000) + "1 }}", "nested more than");
    assertFails("{{ " + "-".repeat(50_000) + "1 }}", "nested more than");
    assertFails("{{ 1" + " + 1".repeat(50_000) + " }}", "nested more than");
    assertFails("{{ 'a'" + " | trim".repeat(50_000) + " }}", "nested more than");
    assertFails("{{ x" + ".a".repeat(50_000) + " }}", "nested more than");
    assertFails("{{ 1" + " if 1 else 1".repeat(50_000) + " }}", "nested more than");
    assertFails("{% if 1 %}".repeat(50_000), "nested more than");
    assertFails("{% for i in [1] %}".repeat(50_000), "nested more than");
    assertThat(render("{{ 1" + " if 0".repeat(100) + " }}")).isEmpty();
    assertThat(render("{{ 'a'" + " ~ 'b'".repeat(500) + " }}")).isEqualTo("a" + "b".repeat(500));
    assertThat(render("{% if 0 %}" + "{% elif 0 %}".repeat(500) + "{% else %}a{% endif %}"))
        .isEqualTo("a");
    String quoted = "\\n".repeat(100_000);
    assertThat(render("{{ '" + quoted + "' | length }}")).isEqualTo("100000");
  }

  @Test
  void onlyPlainDataIsTakenAsVariables() {
    Template template = Template.parse("t", "{{ a }}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.render(Map.of("a", new StringBuilder()), CLOCK, SMALL))
        .withMessageContaining("variable a: found java.lang.StringBuilder, expected text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.render(Map.of("a", Map.of(1, 2)), CLOCK, SMALL))
        .withMessageContaining("variable a: found java.lang.Integer");
  }

  private static String render(String template) {
    return Template.parse("t", template).render(Map.of(), CLOCK, Limits.STANDARD);
  }

  private static void assertFails(String template, String message) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render(template))
        .withMessageContaining(message);
  }
}
