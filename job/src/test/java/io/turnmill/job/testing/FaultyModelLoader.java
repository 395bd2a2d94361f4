package io.turnmill.job.testing;

import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.model.DecoderSpec;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.task.ReplyTask;
import io.turnmill.task.TaskKind;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.token.Tokenizer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A fake model whose template and tokenizer throw for some sessions.
 *
 * @param faulty if not, it answers as if there were no faults
 */
public record FaultyModelLoader(RuntimeOptions options, boolean faulty) implements ModelLoader {
  private static final long serialVersionUID = 1L;
  private static final int SLOTS = 8;

  /** Its last character is in no token. */
  private static final String NEVER_SAID = "\ue000\ue001";

  /** Asks for the time, which throws, where a conversation is marked. */
  private static final String HEAD =
      "{% for m in messages %}{% if 'FAULT-render' in m.content %}{{ strftime_now('%Y') }}"
          + "{% endif %}{% endfor %}";

  @Override
  public String identity() {
    return "faulty " + faulty + " " + options;
  }

  @Override
  public ModelRuntime load() {
    DecoderFrontEnd parts = DecoderFrontEnd.open(options);
    DecoderSpec spec = (DecoderSpec) parts.folder().spec();
    int end = spec.tokens().eos().iterator().next();
    Backend engine =
        DecoderEngine.start(
            new FakeForwardPass(spec.vocabSize() + 2, end, 0.05),
            new EngineConfig(SLOTS, 64, parts.maxModelLen()),
            FakeModelLoader.fakeOf(parts, options));
    Tokenizer tokenizer = new FaultyTokenizer(parts.tokenizer(), faulty);
    ReplyTask task =
        new ReplyTask(
            TaskKind.REPLY,
            new PromptBuilder(template(), tokenizer, prompts(parts), new FaultyClock(faulty)),
            tokenizer,
            options.sampling().withStopTokenIds(Set.of(end)),
            new ReplyTask.Ends(Set.of(end), List.of(NEVER_SAID)),
            options.seed());
    return ModelRuntime.of(parts, task, engine, SLOTS);
  }

  private ChatTemplate template() {
    ChatTemplates templates = ChatTemplates.find(Path.of(options.model().folder()));
    String source = templates.choose(Optional.empty(), false);
    return ChatTemplate.parse(HEAD + source, templates.specialTokens());
  }

  /** Throws one kind of exception after the other. */
  private static final class FaultyClock extends Clock {
    private final boolean faulty;
    private int calls;

    FaultyClock(boolean faulty) {
      this.faulty = faulty;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public synchronized Instant instant() {
      if (faulty) {
        Faults.raise(calls++ % Faults.KINDS);
      }
      return Instant.EPOCH;
    }
  }

  private static PromptOptions prompts(DecoderFrontEnd parts) {
    return new PromptOptions(
        Optional.empty(),
        Map.of(),
        false,
        false,
        parts.folder().spec().vocabSize(),
        parts.maxPromptTokens());
  }
}
