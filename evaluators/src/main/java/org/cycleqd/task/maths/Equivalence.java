package org.cycleqd.task.maths;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cycleqd.random.Draws;

/** Whether two answers in LaTeX are the same. */
final class Equivalence {
  private static final int POINTS = 6;
  private static final int MOST_PARTS = 64;
  private static final Pattern MATRIX =
      Pattern.compile(
          "^\\\\begin ?\\{([pbv]?matrix|array)\\}(?:\\{[lcr|]*\\})?(.*)\\\\end ?\\{\\1\\}$");

  private Equivalence() {}

  static boolean same(String first, String second) {
    return sameTexts(LatexText.of(first), LatexText.of(second));
  }

  private static boolean sameTexts(String a, String b) {
    if (LatexText.key(a).equals(LatexText.key(b))) {
      return true;
    }
    if (a.contains("=") && b.contains("=") && sameEquations(a, b)) {
      return true;
    }
    String left = LatexText.unnamed(a);
    String right = LatexText.unnamed(b);
    return sameParts(left, right) || sameLetters(left, right);
  }

  private static boolean sameLetters(String a, String b) {
    String left = LatexText.key(a);
    String right = LatexText.key(b);
    return left.equals(right)
        || left.replaceAll("^\\((.)\\)$", "$1").equals(right.replaceAll("^\\((.)\\)$", "$1"));
  }

  private static boolean sameParts(String a, String b) {
    List<String> left = plusMinus(LatexText.parts(a, ','));
    List<String> right = plusMinus(LatexText.parts(b, ','));
    if (left.size() != right.size() || left.size() > MOST_PARTS) {
      return false;
    }
    return left.size() == 1
        ? sameValues(left.getFirst().strip(), right.getFirst().strip())
        : sameSets(left, right);
  }

  /** A list without brackets is a set of answers. */
  private static boolean sameSets(List<String> left, List<String> right) {
    List<String> rest = new ArrayList<>(right);
    for (String each : left) {
      String part = withoutAnd(each);
      int at = 0;
      while (at < rest.size() && !sameTexts(part, withoutAnd(rest.get(at)))) {
        at++;
      }
      if (at == rest.size()) {
        return false;
      }
      rest.remove(at);
    }
    return true;
  }

  private static String withoutAnd(String part) {
    return part.strip().replaceFirst("^\\{? ?and ?\\}?(?=[ \\d\\\\(])", "").strip();
  }

  private static List<String> plusMinus(List<String> parts) {
    List<String> all = new ArrayList<>();
    for (String part : parts) {
      if (part.contains("\\pm") && part.indexOf("\\pm") == part.lastIndexOf("\\pm")) {
        all.add(part.replace("\\pm", "+"));
        all.add(part.replace("\\pm", "-"));
      } else {
        all.add(part);
      }
    }
    return all;
  }

  private static boolean sameValues(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return false;
    }
    if (LatexText.key(a).equals(LatexText.key(b))) {
      return true;
    }
    Matcher left = MATRIX.matcher(a);
    Matcher right = MATRIX.matcher(b);
    if (left.matches() && right.matches()) {
      return sameRows(left.group(2), right.group(2));
    }
    if (a.contains("\\cup") || b.contains("\\cup")) {
      return inOrder(List.of(a.split("\\\\cup")), List.of(b.split("\\\\cup")));
    }
    if (bracketed(a) && bracketed(b)) {
      String from = a.substring(1, a.length() - 1);
      String to = b.substring(1, b.length() - 1);
      boolean sets = a.startsWith("\\{") && b.startsWith("\\{");
      List<String> these = LatexText.parts(sets ? a.substring(2, a.length() - 2) : from, ',');
      List<String> those = LatexText.parts(sets ? b.substring(2, b.length() - 2) : to, ',');
      if (these.size() > 1 || those.size() > 1 || sets) {
        boolean alike =
            a.charAt(0) == b.charAt(0) && a.charAt(a.length() - 1) == b.charAt(b.length() - 1);
        return alike
            && (sets
                ? these.size() == those.size() && sameSets(these, those)
                : inOrder(these, those));
      }
    }
    return sameNumbers(a, b);
  }

  private static boolean bracketed(String text) {
    return text.length() > 2
        && "([\\".indexOf(text.charAt(0)) >= 0
        && ")]}".indexOf(text.charAt(text.length() - 1)) >= 0
        && (text.charAt(0) != '\\' || text.startsWith("\\{"));
  }

  private static boolean sameRows(String a, String b) {
    return inOrder(
        List.of(a.strip().replaceFirst("\\\\\\\\$", "").split("\\\\\\\\|&")),
        List.of(b.strip().replaceFirst("\\\\\\\\$", "").split("\\\\\\\\|&")));
  }

  private static boolean inOrder(List<String> left, List<String> right) {
    if (left.size() != right.size() || left.size() > MOST_PARTS) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!sameTexts(left.get(i).strip(), right.get(i).strip())) {
        return false;
      }
    }
    return true;
  }

  /** Equal at all of several points, or without variables just equal. */
  private static boolean sameNumbers(String a, String b) {
    Set<String> letters = letters(a, b);
    try {
      for (int point = 0; point < (letters.isEmpty() ? 1 : POINTS); point++) {
        Map<String, Complex> variables = point(letters, point);
        if (!Latex.value(a, variables).near(Latex.value(b, variables))) {
          return false;
        }
      }
      return true;
    } catch (Latex.NotNumericException other) {
      return false;
    }
  }

  /** Equations are the same if one is the other times a number. */
  private static boolean sameEquations(String a, String b) {
    List<String> left = List.of(a.split("=", -1));
    List<String> right = List.of(b.split("=", -1));
    Set<String> letters = letters(a, b);
    if (left.size() != 2 || right.size() != 2 || letters.size() < 2) {
      return false;
    }
    try {
      Complex ratio = Complex.ZERO;
      for (int point = 0; point < POINTS; point++) {
        Map<String, Complex> variables = point(letters, point);
        Complex here = difference(left, variables).over(difference(right, variables));
        if (!here.finite() || here.size() == 0 || (point > 0 && !here.near(ratio))) {
          return false;
        }
        ratio = here;
      }
      return true;
    } catch (Latex.NotNumericException other) {
      return false;
    }
  }

  private static Complex difference(List<String> sides, Map<String, Complex> variables) {
    return Latex.value(sides.getFirst(), variables).minus(Latex.value(sides.getLast(), variables));
  }

  private static Set<String> letters(String a, String b) {
    Set<String> letters = new TreeSet<>(Latex.letters(a));
    letters.addAll(Latex.letters(b));
    letters.removeAll(Set.of("e", "i"));
    return letters;
  }

  /** Values between 1 and 2, so that logarithms and roots are real. */
  private static Map<String, Complex> point(Set<String> letters, int point) {
    Map<String, Complex> variables = new HashMap<>();
    letters.forEach(
        letter -> variables.put(letter, Complex.real(1 + Draws.at(0, letter).uniform(point))));
    return variables;
  }
}
