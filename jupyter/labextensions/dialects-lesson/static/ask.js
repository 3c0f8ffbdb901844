// Ask Python something without leaving a trace in the notebook.

export async function ask(kernel, code, expression) {
  if (!kernel) return "";
  const user_expressions = expression ? { held: expression } : {};
  const future = kernel.requestExecute({ code, silent: true, user_expressions }, false);
  const reply = await future.done;
  const data = reply.content.user_expressions?.held?.data?.["text/plain"] ?? "";
  return data.replace(/^'|'$/g, "");
}
