package org.cycleqd.experiment;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cycleqd.experiment.ConfigNode.Kind;
import org.cycleqd.experiment.ConfigNode.Mapping;
import org.cycleqd.experiment.ConfigNode.Member;
import org.cycleqd.experiment.ConfigNode.Scalar;
import org.cycleqd.experiment.ConfigNode.Sequence;

/** Reads one YAML document into {@link ConfigNode}s; refuses duplicate keys and aliases. */
final class YamlTree {

  private final YAMLParser parser;
  private final Origin origin;

  private YamlTree(YAMLParser parser, Origin origin) {
    this.parser = parser;
    this.origin = origin;
  }

  /**
   * Parses a text.
   *
   * @param origin the source; a line above 0 asks for line numbers
   * @throws ConfigException if the text is not one YAML document
   */
  static ConfigNode parse(String text, Origin origin) {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      YamlTree tree = new YamlTree(parser, origin);
      if (parser.nextToken() == null) {
        return new Scalar(origin, Kind.NOTHING, "");
      }
      ConfigNode root = tree.node();
      if (parser.nextToken() != null) {
        throw new ConfigException(
            tree.here(), "a second YAML document starts" + tree.here().at() + ", expected one");
      }
      return root;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      Origin place = location == null ? origin : origin.onLine(location.getLineNr());
      // The indented lines repeat the text and its place.
      String problem =
          e.getOriginalMessage()
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith(" "))
              .collect(Collectors.joining(", "));
      throw new ConfigException(place, "not valid YAML" + place.at() + ": " + problem, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Origin here() {
    return origin.onLine(parser.currentTokenLocation().getLineNr());
  }

  private ConfigNode node() throws IOException {
    Origin place = here();
    if (parser.isCurrentAlias()) {
      throw new ConfigException(place, "YAML alias" + place.at() + ", expected the value itself");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(place);
      case START_ARRAY -> sequence(place);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(place, Kind.NUMBER, parser.getText());
      case VALUE_TRUE, VALUE_FALSE -> new Scalar(place, Kind.BOOLEAN, parser.getText());
      case VALUE_NULL -> new Scalar(place, Kind.NOTHING, "");
      default -> new Scalar(place, Kind.TEXT, parser.getText());
    };
  }

  private ConfigNode sequence(Origin place) throws IOException {
    List<ConfigNode> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node());
    }
    return new Sequence(place, items);
  }

  private ConfigNode mapping(Origin place) throws IOException {
    Map<String, Member> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Origin keyPlace = here();
      String key = parser.currentName();
      parser.nextToken();
      Member earlier = members.put(key, new Member(keyPlace, node()));
      if (earlier != null) {
        throw new ConfigException(
            keyPlace,
            "duplicate key `%s`%s, first written%s"
                .formatted(key, keyPlace.at(), earlier.key().at()));
      }
    }
    return new Mapping(place, members);
  }
}
