package io.turnmill.job.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.export.Exchange.Said;
import io.turnmill.job.export.ExportRequest.Replies;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.PromptFacts;
import io.turnmill.job.results.RunPrompts;
import io.turnmill.job.terminal.HumanFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/**
 * Writes JSON lines for fine-tuning: one for each reply, or with the archive's own replies in the
 * shape of OpenAI one for each session, as all its replies are in one conversation.
 */
final class ConversationLines implements Exporter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MESSAGES = "messages";
  private static final String REPLIES = "replies";

  private final OutputStream out;
  private final ExportFormat format;
  private final Replies replies;
  private final RunPrompts prompts;

  /**
   * @param format one of those with conversations
   * @param prompts what is known of the prompts of the run
   */
  ConversationLines(OutputStream out, ExportFormat format, Replies replies, RunPrompts prompts) {
    this.prompts = prompts;
    this.out = out;
    this.format = format;
    this.replies = replies;
  }

  @Override
  public Set<String> columns() {
    return Set.of(ParquetRows.SESSION_ID, "tenant", "status", MESSAGES, REPLIES);
  }

  @Override
  public void check(MessageType schema, Path file) {
    if (!schema.containsField(MESSAGES)) {
      throw new SetupException(
          file
              + " does not hold whole conversations, as output.layout = turn leaves out what was"
              + " said before a turn. Give the command of the run again with output.layout ="
              + " session and another output folder, and export that; with the cache.path of the"
              + " run, if it had one, replies are not computed again.");
    }
    if (replies == Replies.MODEL && !schema.containsField(REPLIES)) {
      throw new SetupException(
          file
              + " does not hold replies of a model: its task is not reply, replay or rollout. --replies"
              + " archive exports the archive's own replies.");
    }
  }

  @Override
  public int write(Group row) throws IOException {
    List<Exchange> exchanges = replies == Replies.MODEL ? byModel(row) : Exchange.ofArchive(row);
    if (format == ExportFormat.OPENAI && replies == Replies.ARCHIVE && !exchanges.isEmpty()) {
      exchanges = exchanges.subList(exchanges.size() - 1, exchanges.size());
    }
    for (Exchange exchange : exchanges) {
      ObjectNode line =
          format == ExportFormat.OPENAI ? conversation(exchange) : triple(row, exchange);
      out.write(JSON.writeValueAsBytes(line));
      out.write('\n');
    }
    return exchanges.size();
  }

  private List<Exchange> byModel(Group row) {
    PromptFacts facts = prompts.of(GroupValues.text(row, VariantChoice.COLUMN));
    if (facts.isTemplate()) {
      throw new SetupException(
          "The model was shown one message that prompt.message made of each session. The results"
              + " do not hold that message, so the history of a reply is not known. --replies"
              + " archive exports the archive's own replies.");
    }
    return Exchange.byModel(row, facts);
  }

  private static ObjectNode conversation(Exchange exchange) {
    ObjectNode line = JSON.createObjectNode();
    ArrayNode messages = line.putArray(MESSAGES);
    exchange.history().forEach(said -> add(messages, said));
    add(messages, new Said("user", exchange.question()));
    exchange.between().forEach(said -> add(messages, said));
    add(messages, new Said("assistant", exchange.reply()));
    return line;
  }

  private static ObjectNode triple(Group row, Exchange exchange) {
    ObjectNode line = JSON.createObjectNode();
    line.put("session_id", GroupValues.text(row, ParquetRows.SESSION_ID).orElse(""));
    GroupValues.text(row, "tenant").ifPresent(tenant -> line.put("tenant", tenant));
    GroupValues.text(row, VariantChoice.COLUMN).ifPresent(name -> line.put("variant", name));
    line.put("turn", exchange.turn());
    ArrayNode history = line.putArray("history");
    exchange.history().forEach(said -> add(history, said));
    line.put("question", exchange.question());
    if (!exchange.between().isEmpty()) {
      ArrayNode between = line.putArray("between");
      exchange.between().forEach(said -> add(between, said));
    }
    line.put("reply", exchange.reply());
    return line;
  }

  private static void add(ArrayNode messages, Said said) {
    messages.addObject().put("role", said.role()).put("content", said.content());
  }

  @Override
  public void end() {}

  @Override
  public String counted(long entries) {
    return format == ExportFormat.OPENAI
        ? HumanFormat.count(entries, "conversation", "conversations")
        : HumanFormat.count(entries, "triple", "triples");
  }
}
