package org.coralha.drill.client;

/** The kinds of connections that a load can have; the name on the wire is {@link #word()}. */
public enum Kind {
    IDLE("idle", WaitingScripts::idle),
    HEAD_PART("head-part", WaitingScripts::head),
    UPLOAD_PART("upload-part", WaitingScripts::upload),
    PARTS("parts", WaitingScripts::parts),
    FLOWING("flowing", WaitingScripts::flowing),
    HANDLER("handler", WaitingScripts::handler),
    LEDGER("ledger", WaitingScripts::ledger),
    SLOW("slow", WaitingScripts::slow),
    HALF_CLOSED("half-closed", WaitingScripts::halfClosed),
    SMALL("small", BusyScripts::small),
    MIXED("mixed", BusyScripts::mixed),
    DOWNLOAD("download", BusyScripts::download),
    PIPELINE("pipeline", BusyScripts::pipeline),
    CLOSE("close", BusyScripts::close),
    HTTP10("http10", BusyScripts::http10),
    HEAD("head", BusyScripts::headOnly),
    NOT_MODIFIED("not-modified", BusyScripts::notModified),
    EXPECT("expect", BusyScripts::expect),
    UPLOAD("upload", BusyScripts::uploads),
    CALL("call", BusyScripts::call);

    private final String word;
    private final Script script;

    Kind(String word, Script script) {
        this.word = word;
        this.script = script;
    }

    /** The kind's name in commands and results. */
    public String word() {
        return word;
    }

    Script script() {
        return script;
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException naming the word if there is none
     */
    public static Kind named(String word) {
        for (Kind kind : values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of connection is called '" + word + "'");
    }
}
