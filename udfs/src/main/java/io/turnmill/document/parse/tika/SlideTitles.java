package io.turnmill.document.parse.tika;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.xslf.usermodel.XMLSlideShow;

/** The titles of slides, which Tika tells as any other text. */
final class SlideTitles {
  private SlideTitles() {}

  static List<ListedHeading> of(Path file) throws IOException {
    List<ListedHeading> titles = new ArrayList<>();
    try (OPCPackage parts = OPCPackage.open(file.toFile(), PackageAccess.READ);
        XMLSlideShow show = new XMLSlideShow(parts)) {
      for (int i = 0; i < show.getSlides().size(); i++) {
        String title = show.getSlides().get(i).getTitle();
        if (title != null) {
          titles.add(new ListedHeading(title, i, 1));
        }
      }
    } catch (InvalidFormatException e) {
      throw new IOException("The slides cannot be read.", e);
    }
    return titles;
  }
}
