package org.coralha.heartbeat.core;

import java.util.stream.Collectors;

/** The actions of a decision, one letter each; {@link RoleTableTest} explains them. */
final class Letters {
    private Letters() {}

    static String of(Decision decision) {
        return decision.actions().stream().map(Letters::letter).collect(Collectors.joining());
    }

    private static String letter(Action action) {
        if (action instanceof Action.Plane plane) {
            return switch (plane.mode()) {
                case FENCED -> "F";
                case SIMPLEX -> "s";
                case PRIMARY -> "p";
                case BACKUP -> "b";
                case FORWARD_ONLY -> "w";
            };
        }
        if (action instanceof Action.Announce announce) {
            return announce.lastGasp() ? "G" : "A";
        }
        return switch (action.getClass().getSimpleName()) {
            case "PersistEpoch" -> "P";
            case "ReserveEpoch" -> "R";
            case "TakeRole" -> "T";
            case "ClaimAddress" -> "C";
            case "KillJetty" -> "K";
            case "Unwatch" -> "U";
            case "ProbeOutside" -> "O";
            case "Refuse" -> "X";
            case "ClearFlows" -> "L";
            case "End" -> "E";
            case "AskWitness" -> ((Action.AskWitness) action).wanted() > 0 ? "W" : "q";
            case "KeepSole" -> "k";
            case "EndSole" -> "e";
            default -> throw new AssertionError(action);
        };
    }
}
