package org.cycleqd.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import javax.imageio.ImageIO;
import org.cycleqd.tensor.AtomicFile;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.SVGUnits;
import org.jfree.svg.ViewBox;

/** A finished drawing of one or more charts on a white page. */
public final class Figure {

  private static final int PIXELS_PER_UNIT = 2;

  /** Fonts of nearly the widths that the layout was measured with. */
  private static final String FONTS = "DejaVu Sans, Verdana, sans-serif";

  private final String name;
  private final String description;
  private final int width;
  private final int height;
  private final List<Panel> panels;

  /** A chart and where it stands on the page. */
  record Panel(JFreeChart chart, Rectangle2D area) {}

  private Figure(String name, String description, int width, int height, List<Panel> panels) {
    this.name = name;
    this.description = description;
    this.width = width;
    this.height = height;
    this.panels = List.copyOf(panels);
  }

  /** A figure of one chart. */
  static Figure of(String name, String description, int width, int height, JFreeChart chart) {
    Panel panel = new Panel(chart, new Rectangle2D.Double(0, 0, width, height));
    return of(name, description, width, height, List.of(panel));
  }

  /** A figure of several charts. */
  static Figure of(String name, String description, int width, int height, List<Panel> panels) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return new Figure(plain, description, width, height, panels);
  }

  /** A name of lower-case letters, digits and hyphens, fit for a file or an identifier. */
  public String name() {
    return name;
  }

  /** What the figure shows, for readers who cannot see it. */
  public String description() {
    return description;
  }

  /** Nominal width in CSS pixels. */
  public int width() {
    return width;
  }

  /** Nominal height in CSS pixels. */
  public int height() {
    return height;
  }

  List<Panel> panels() {
    return panels;
  }

  /** The figure as an SVG element with its nominal size. */
  public String svg() {
    return svg(true);
  }

  /** The figure as an SVG element that takes the width of what surrounds it. */
  public String inlineSvg() {
    return svg(false);
  }

  private String svg(boolean dimensions) {
    SVGGraphics2D graphics = new SVGGraphics2D(width, height, SVGUnits.PX);
    // The library's own prefix is the clock.
    graphics.setDefsKeyPrefix(name + "-");
    graphics.setFontFunction(font -> FONTS);
    graphics.setGeomDoubleConverter(Figure::coordinate);
    graphics.setTransformDoubleConverter(Figure::coordinate);
    paint(graphics);
    String element =
        graphics.getSVGElement(name, dimensions, new ViewBox(0, 0, width, height), null, null);
    String label = "<svg role=\"img\" aria-label=\"" + escape(description) + "\" ";
    return element.replaceFirst("<svg ", Matcher.quoteReplacement(label));
  }

  private static String coordinate(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** The figure as pixels, two in each direction per nominal pixel. */
  public BufferedImage image() {
    BufferedImage image =
        new BufferedImage(
            PIXELS_PER_UNIT * width, PIXELS_PER_UNIT * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      graphics.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
      paint(graphics);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  /** The pixels as a PNG file's bytes. */
  public byte[] png() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image(), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes an SVG file, which appears complete or not at all. */
  public void writeSvg(Path file) throws IOException {
    AtomicFile.write(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg() + "\n");
  }

  /** Writes a PNG file, which appears complete or not at all. */
  public void writePng(Path file) throws IOException {
    AtomicFile.write(file, png());
  }

  private void paint(Graphics2D graphics) {
    graphics.setPaint(Theme.PAPER);
    graphics.fill(new Rectangle2D.Double(0, 0, width, height));
    for (Panel panel : panels) {
      panel.chart().draw(graphics, panel.area());
    }
  }
}
