import type { Question } from "./types";

/** What was given to a question: an option, options, a score or words. */
export type Given = number | number[] | string;

interface Answer {
  question_id: number;
  option_ids?: number[];
  score?: number;
  text?: string;
  scores?: { option_id: number; score: number }[];
}

/** What goes to the server: the questions that were answered, and nothing of those that were not. */
export function given(
  questions: readonly Question[],
  said: Record<number, Given>,
  rows: Record<number, number>,
): Answer[] {
  return questions.flatMap((question) => answerTo(question, said[question.id], rows) ?? []);
}

function answerTo(question: Question, value: Given | undefined, rows: Record<number, number>): Answer | null {
  const answer = { question_id: question.id };
  switch (question.kind) {
    case "single":
      return typeof value === "number" && value ? { ...answer, option_ids: [value] } : null;
    case "multiple":
      return Array.isArray(value) && value.length ? { ...answer, option_ids: value } : null;
    case "scale":
      return typeof value === "number" && value ? { ...answer, score: value } : null;
    case "text":
      return typeof value === "string" && value.trim() ? { ...answer, text: value.trim() } : null;
    case "matrix": {
      const scores = question.options.flatMap(({ id }) =>
        rows[id] ? [{ option_id: id, score: rows[id] }] : [],
      );
      return scores.length ? { ...answer, scores } : null;
    }
  }
}
