//! Recipes of large inputs, so that a case of a megabyte is a few lines.

/// The text a recipe stands for. Each line is a count, one blank, and a text that is repeated that
/// often. In a text of a count other than 1, `@n` is the number of the repetition, from 0, and
/// `@next` the number after it:
///
/// `2 int v@n;` stands for `int v0;int v1;`.
pub fn repeated(recipe: &str) -> Result<Vec<u8>, String> {
    let mut text = String::new();
    for line in recipe.lines() {
        let (count, part) = line.split_once(' ').ok_or("a line without a count")?;
        match count.parse().map_err(|_| format!("{count:?} is no count"))? {
            1 => text.push_str(part),
            count => (0..count).for_each(|number: usize| {
                let numbered = part.replace("@next", &(number + 1).to_string());
                text.push_str(&numbered.replace("@n", &number.to_string()));
            }),
        }
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn a_recipe_repeats_and_counts() {
        let recipe = "1 int v0;\n3  x@n y@next;\n1 end";
        assert_eq!(repeated(recipe).as_deref(), Ok(&b"int v0; x0 y1; x1 y2; x2 y3;end"[..]));
    }
}
