package org.coralha.drill.lab;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What both hosts were doing when a pair was not whole as it should be: the end of their logs and
 * where the threads of the reply log stand. For the text of a failure; it never fails itself.
 */
final class Autopsy {
    private static final long LIMIT_MS = 10_000;
    private static final long LOOK_MS = 200;
    private static final String DUMP_LINES = "3000";
    private static final int LOG_LINES = 25;
    private static final int FRAMES = 14;
    private static final String DUMP_BEGIN = "Full thread dump";
    private static final String DUMP_END = "JNI global ref";
    private static final Pattern OF_INTEREST =
            Pattern.compile(
                    "^\"(coral-|jgroups|Timer|TcpServer|Connection\\.Receiver|pd-bundler|.*[Vv]iewHandler).*");

    private Autopsy() {}

    static String of(Lab lab) {
        StringBuilder text = new StringBuilder();
        for (String host : List.of("a", "b")) {
            text.append("\n--- ").append(host).append(":\n").append(of(lab, host));
        }
        return text.toString();
    }

    /** A verb that takes too long must not hide what this is about. */
    private static String of(Lab lab, String host) {
        try {
            return look(lab, host);
        } catch (LabException e) {
            return e.toString();
        }
    }

    private static String look(Lab lab, String host) {
        String before = lab.tryVerb(LIMIT_MS, List.of("logs", host)).out();
        lab.tryVerb(LIMIT_MS, List.of("kill", host, "jetty", "QUIT"));
        return end(before) + threads(dump(lab, host));
    }

    private static String end(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()))
                + "\n";
    }

    private static String dump(Lab lab, String host) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
        while (true) {
            String log = lab.tryVerb(LIMIT_MS, List.of("logs", host, DUMP_LINES)).out();
            int begin = log.lastIndexOf(DUMP_BEGIN);
            if (begin >= 0 && log.indexOf(DUMP_END, begin) >= 0) {
                return log.substring(begin, log.indexOf(DUMP_END, begin));
            }
            if (System.nanoTime() > deadline) {
                return "";
            }
            Lab.pause(LOOK_MS);
        }
    }

    private static String threads(String dump) {
        StringBuilder text = new StringBuilder();
        for (String thread : dump.split("\n\n")) {
            if (OF_INTEREST.matcher(thread.lines().findFirst().orElse("")).matches()) {
                thread.lines().limit(FRAMES).forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }
}
