package io.turnmill.document.parse.tika;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Character sets of short texts that do not name theirs. */
class CharsetGuessTest {

  @ParameterizedTest
  @CsvSource({
    "GB18030, 甲方",
    "GB18030, 合同编号",
    "GB18030, 甲方应当付款。",
    "GB18030, Lease 租赁合同 No. 7",
    "GB18030, 甲方应当在本合同签订之日起十日内向乙方支付第一期款项",
    "windows-1252, Café",
    "windows-1252, Größe: 10 m²",
    "windows-1252, naïve résumé",
    "windows-1252, “Smart” quotes – and € signs",
    "windows-1251, Договор аренды помещения",
    "EUC-KR, 계약서 내용",
    "Shift_JIS, 契約書のないよう",
    "EUC-JP, 契約書のないよう",
    "UTF-8, 甲方 Café",
  })
  void isFoundOut(String charset, String text) throws IOException {
    assertThat(CharsetGuess.text(text.getBytes(Charset.forName(charset)))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"gb2312, 甲方镕", "iso-8859-1, € 5", "us-ascii, 甲方", "nonsense, 甲方", "utf-8, 甲方"})
  void ofADeclaredOneIsThatOneOrWhatTheBytesSay(String declared, String text) throws IOException {
    String real =
        switch (declared) {
          case "gb2312" -> "GB18030";
          case "iso-8859-1" -> "windows-1252";
          default -> "UTF-8";
        };

    assertThat(CharsetGuess.declared(text.getBytes(Charset.forName(real)), declared))
        .isEqualTo(text);
  }
}
